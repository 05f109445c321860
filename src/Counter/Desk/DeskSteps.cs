using System.Security.Cryptography;
using System.Text;
using Musubi.Chip;
using Musubi.Chip.Applications.Emrtd;
using Musubi.Chip.Applications.Jpki;
using Musubi.Chip.Applications.Residence;
using Musubi.Registers;
using Musubi.Vocabulary;

namespace Musubi.Counter;

/// <summary>What each step of an act does. The order is the act's own <c>Steps(route)</c>; a step out of order is not
/// taken.</summary>
internal sealed class DeskSteps(DeskParts parts)
{
    private readonly ActCommit commit = new(parts);

    public async Task<Taken> Take(
        DraftAct draft, Clerk clerk, StepInput input, IProgress<ReadingProgress>? progress, CancellationToken cancel)
    {
        if (Current(draft) is not { } current) return Taken.No(draft, RefusalCode.FormTooOld);
        return (current, input) switch
        {
            (StepId.ShowResidenceCard or StepId.ShowNumberCard or StepId.ShowMergedCard, StepInput.ShowCard shown) =>
                await Show(draft, current, shown, progress, cancel),
            (StepId.Choose, StepInput.Choose chosen) => Choose(draft, chosen.Choice),
            (StepId.Check, StepInput.Check) => await Check(draft),
            (StepId.Consent, StepInput.Agree agreed) => await Agree(draft, clerk, agreed, cancel),
            (StepId.Commit, StepInput.Commit) => await commit.Act(draft, clerk, cancel),
            (StepId.WriteCard, StepInput.WriteCard writing) => await Write(draft, writing, cancel),
            (StepId.ChoosePin or StepId.MakeCard, StepInput.MakeCard making) => await Make(draft, making),
            (StepId.HandOver, StepInput.ShowCard shown) => await HandOver(draft, clerk, shown, progress, cancel),
            _ => Taken.No(draft, RefusalCode.InputNotUnderstood),
        };
    }

    /// <summary>The first step of the act that is not done; null at its end.</summary>
    public static StepId? Current(DraftAct draft)
    {
        if (draft.State is not DraftState.Open) return null;
        foreach (var step in Steps.Of(draft.Kind, draft.Route))
            if (!draft.Done.Contains(step.Id)) return step.Id;
        return null;
    }

    /// <summary>Untying works without the merged card when that one was reported lost: the step falls away.</summary>
    public static DraftAct SkipLostCard(DraftAct draft, Pair pair)
    {
        var isLost = draft.Kind == ActKind.Unmerge
            && pair is { Residence.Record: { } residence, Number: not null, Link.Record.State: LinkState.Linked }
            && residence.Valid() is null
            && residence.Cards.LastOrDefault() is { Kind: CardKind.Merged, State: CardState.Lost };
        return isLost ? draft with { Done = [StepId.ShowMergedCard], Same = SamePerson.Linked } : draft;
    }

    public async Task<Taken> Drop(DraftAct draft)
    {
        if (draft.HasHappened) return Taken.No(draft, RefusalCode.FormTooOld);
        if (await parts.Stores.Journal.Find(draft.CommitAct) is not null)
        {
            var outcome = await parts.Coordinator.Drop(draft.CommitAct);
            if (outcome is not CommitOutcome.Refused) return Taken.No(draft, RefusalCode.PersonBusy);
        }
        return new Taken(draft with { State = DraftState.Dropped }, null);
    }

    public async Task<Proved> Prove(StepInput.ShowCard shown, IProgress<ReadingProgress>? progress,
        CancellationToken cancel)
    {
        if (shown.Number is { } number) return await parts.Proving.Residence(shown.Card, number, progress, cancel);
        return shown.Pin is { } pin
            ? await parts.Proving.Number(shown.Card, pin, cancel)
            : Proved.Because(RefusalCode.PinNeeded);
    }

    private async Task<Taken> Show(
        DraftAct draft, StepId step, StepInput.ShowCard shown, IProgress<ReadingProgress>? progress,
            CancellationToken cancel)
    {
        var proved = await Prove(shown, progress, cancel);
        if (proved is Proved.Not not) return new Taken(draft, not.Why);
        // A card that ended is refused for that, whatever it was put down for.
        if (Ended(proved) is { } ended) return Taken.No(draft, ended);
        var after = (step, proved) switch
        {
            (StepId.ShowResidenceCard, Proved.Residence residence) => Shown(draft, residence),
            (StepId.ShowNumberCard, Proved.Number number) => Shown(draft, number),
            (StepId.ShowMergedCard, Proved.Number merged) => ShownMerged(draft, merged),
            _ => Taken.No(draft, RefusalCode.ForeignCard),
        };
        if (after.Refused is not null) return after;
        var done = after.Draft with { Done = draft.Done.Add(step) };
        return done is { ShownResidence: not null, ShownNumber: not null, Same: SamePerson.NotShown }
            ? await Compare(done)
            : new Taken(done, null);
    }

    private Taken Shown(DraftAct draft, Proved.Residence proved)
    {
        var record = proved.Person.Residence!.Record;
        if (draft.Residence is { } known && known != record.Id)
            return Taken.No(draft, RefusalCode.CardsOfDifferentPeople);
        // The photograph goes on to the new card: without one there is nothing to make a merged card with.
        if (draft.Kind == ActKind.Merge && proved.Pictures.Face.Length < EmrtdFace.MinimumImageLength)
            return Taken.No(draft, RefusalCode.CardUnreadable);
        parts.Store.Keep(record.Id, proved.Pictures);
        return new Taken(draft with { Residence = record.Id, ShownResidence = proved.Card.Number }, null);
    }

    private Taken Shown(DraftAct draft, Proved.Number proved)
    {
        var record = proved.Person.Number!.Record;
        if (draft.Number is { } known && known != record.Id) return Taken.No(draft, RefusalCode.CardsOfDifferentPeople);
        if (proved.Card.Kind is not CardKind.Separate) return Taken.No(draft, RefusalCode.LinkExists);
        return new Taken(draft with { Number = record.Id, ShownNumber = proved.Card.Serial }, null);
    }

    private Taken ShownMerged(DraftAct draft, Proved.Number proved)
    {
        var number = proved.Person.Number!.Record;
        if (proved.Person is not { Residence.Record: { } residence, Link.Record: { } link })
            return Taken.No(draft, RefusalCode.NoLink);
        if (draft.Residence is { } known && known != residence.Id)
            return Taken.No(draft, RefusalCode.CardsOfDifferentPeople);
        if (link.State is LinkState.Contested) return Taken.No(draft, RefusalCode.LinkContested);
        if (proved.Card.Kind is not CardKind.Merged) return Taken.No(draft, RefusalCode.RouteNotOffered);
        var face = residence.Cards.FirstOrDefault(card => card.Serial == proved.Card.Serial);
        if (face is null) return Taken.No(draft, RefusalCode.CardUnknown);
        return new Taken(draft with
        {
            Residence = residence.Id,
            Number = number.Id,
            ShownResidence = face.Number,
            ShownNumber = proved.Card.Serial,
            Same = SamePerson.Linked,
        }, null);
    }

    /// <summary>Both chips are proved; now the registers are asked whether they are one person's.</summary>
    private async Task<Taken> Compare(DraftAct draft)
    {
        var pair = await parts.People.Of(draft.Residence, draft.Number);
        if (pair.Verdict is not { } verdict) return Taken.No(draft, RefusalCode.PersonUnknown);
        if (verdict.Agrees) return new Taken(draft with { Same = SamePerson.AttributesAgree }, null);
        parts.Reviews.OpenFor(draft, draft.Residence!.Value, draft.Number!.Value, verdict);
        return new Taken(draft, new Refusal(RefusalCode.ReviewPending, OtherAct: draft.Act));
    }

    private static Taken Choose(DraftAct draft, ActChoice choice)
    {
        var fits = choice switch
        {
            ActChoice.OneCard => draft.Kind == ActKind.Merge,
            ActChoice.Longer => draft.Kind == ActKind.Renew,
            ActChoice.NewStatus => draft.Kind == ActKind.ChangeStatus,
            ActChoice.NewAddress => draft.Kind == ActKind.Move,
            ActChoice.Lost => draft.Kind == ActKind.ReportLoss,
            ActChoice.Received or ActChoice.NotGranted =>
                draft.Kind == ActKind.Renew || draft.Kind == ActKind.ChangeStatus,
            _ => false,
        };
        if (!fits) return Taken.No(draft, RefusalCode.InputNotUnderstood);
        var done = draft.Done.Add(StepId.Choose);
        if (choice is ActChoice.NotGranted) done = done.Add(StepId.Consent);
        return new Taken(draft with { Choice = choice, Done = done }, null);
    }

    /// <summary>The act is decided once for show, so that what cannot be is said before anybody agrees to it.</summary>
    private async Task<Taken> Check(DraftAct draft)
    {
        draft = WithReview(draft);
        var refused = await commit.WhyNot(draft);
        if (refused is { Code: RefusalCode.ReviewPending }
            && parts.Reviews.Find(draft.Act) is { State: ReviewState.Different })
            refused = new Refusal(RefusalCode.AttributesDiffer, OtherAct: draft.Act);
        return refused is null
            ? new Taken(draft with { Done = draft.Done.Add(StepId.Check) }, null)
            : new Taken(draft, refused);
    }

    private DraftAct WithReview(DraftAct draft) =>
        draft.Same is SamePerson.NotShown && parts.Reviews.Find(draft.Act) is { State: ReviewState.Same } review
            && review.Residence == draft.Residence && review.Number == draft.Number
            ? draft with { Same = SamePerson.Reviewed }
            : draft;

    private async Task<Taken> Agree(DraftAct draft, Clerk clerk, StepInput.Agree agreed, CancellationToken cancel)
    {
        if (!agreed.Agreed) return Taken.No(draft, RefusalCode.NoConsent);
        var text = ConsentText.Of(draft.Kind, agreed.Language, draft.Choice);
        var receipt = new ConsentReceipt(ConsentReceipt.Schema, draft.Act, parts.Pseudonyms.Of(draft.Residence!.Value),
            new ConsentNotice(text.Language, text.Version, text.Text, text.Hash),
            new ConsentProcessing(draft.Kind, draft.Route,
                CounterTexts.Purpose(draft.Kind, draft.Choice).PlainIn(agreed.Language),
                ActCommit.LegalBasis(parts.Law, draft.Kind), ActKind.Unmerge.Stored),
            new ConsentEvent(parts.Time.GetUtcNow(), clerk.Office, clerk.Staff, ConsentEvent.GivenInPerson)).ToText();
        if (draft.ShownNumber is null)
            return new Taken(WithConsent(draft, new SignedConsent(receipt, [], [])), null);

        // Whoever put a card on the reader signs with it: the card that was shown, and no other.
        if (agreed is not { Card: { } card, Pin: { } pin }) return Taken.No(draft, RefusalCode.NoCard);
        var verdict = await JpkiCard.VerifyAuthenticationPin(card, pin, cancel);
        if (!verdict.IsAccepted)
            return new Taken(draft, new Refusal(CardProving.Code(verdict), CardProving.TriesLeft(verdict)));
        var certificate = await JpkiCard.ReadAuthenticationCertificate(card, cancel);
        var pair = await parts.People.Of(draft.Residence, draft.Number);
        var row = pair.Number?.Record.Cards.FirstOrDefault(one => one.Serial == draft.ShownNumber);
        if (!certificate.IsGiven || row is null
            || !row.HasCertificate(certificate.Value.SerialNumber))
            return Taken.No(draft, RefusalCode.CardsOfDifferentPeople);
        var signed = await JpkiCard.SignAuthentication(card, pin, SHA256.HashData(Encoding.UTF8.GetBytes(receipt)),
            cancel);
        if (!signed.IsGiven) return Taken.No(draft, RefusalCode.CardUnreadable);
        var consent = new SignedConsent(receipt, [.. signed.Value.Span], [.. certificate.Value.RawData]);
        return consent.Verify()
            ? new Taken(WithConsent(draft, consent), null)
            : Taken.No(draft, RefusalCode.CardForged);
    }

    private static DraftAct WithConsent(DraftAct draft, SignedConsent consent) =>
        draft with { Consent = consent, Done = draft.Done.Add(StepId.Consent) };

    private async Task<Taken> Write(DraftAct draft, StepInput.WriteCard writing, CancellationToken cancel)
    {
        if (parts.Store.FindRewrite(draft.CommitAct) is not { } rewrite) return Taken.No(draft, RefusalCode.ActUnknown);
        if (await parts.Rewriting.Write(rewrite, writing, cancel) is { } refused) return new Taken(draft, refused);
        parts.Store.Written(draft.CommitAct);
        // Crash here: the card is written and the act waits; Continue finds it written and ends the act.
        var outcome = await parts.Coordinator.TakeUp(draft.CommitAct);
        var after = draft with { Done = draft.Done.Add(StepId.WriteCard) };
        return new Taken(ActCommit.Ended(after, outcome), null);
    }

    private async Task<Taken> Make(DraftAct draft, StepInput.MakeCard making)
    {
        var needsPin = draft.Orders.Any(order => order.Product is not CardProduct.Residence);
        if (making.Pins is { IsWellFormed: false } || (needsPin && making.Pins is null))
            return Taken.No(draft, RefusalCode.InputNotUnderstood);
        // The order leaves when the registers are done; where one was late it may not have left yet.
        if (draft.Receipt is null) draft = ActCommit.Ended(draft, await parts.Coordinator.TakeUp(draft.CommitAct));
        if (!draft.Orders.All(parts.Bureau.HasOrder)) return Taken.No(draft, RefusalCode.RegisterLate);
        // Crash between two cards: what is made is found made, and the rest is made when the step is taken again.
        foreach (var order in draft.Orders) parts.Bureau.Make(order, making.Pins);
        var done = draft.Done;
        foreach (var step in Steps.Of(draft.Kind, draft.Route))
            if (step.Id is StepId.ChoosePin or StepId.MakeCard && !done.Contains(step.Id)) done = done.Add(step.Id);
        return new Taken(draft with { Done = done }, null);
    }

    /// <summary>Every card of the order is read before any is given away; with the last one the old ones end.</summary>
    private async Task<Taken> HandOver(
        DraftAct draft, Clerk clerk, StepInput.ShowCard shown, IProgress<ReadingProgress>? progress,
            CancellationToken cancel)
    {
        var order = await Recognise(draft, shown, progress, cancel);
        if (order is null) return Taken.No(draft, RefusalCode.CardUnknown);
        var taken = draft.Taken.Contains(order.Product) ? draft.Taken : draft.Taken.Add(order.Product);
        draft = draft with { Taken = taken };
        return taken.Length < draft.Orders.Length ? new Taken(draft, null)
            : await commit.HandOver(draft, clerk, cancel);
    }

    private async Task<OrderedCard?> Recognise(
        DraftAct draft, StepInput.ShowCard shown, IProgress<ReadingProgress>? progress, CancellationToken cancel)
    {
        if (await CardProving.CertificateSerial(shown.Card, cancel) is { } serial)
            return draft.Orders.FirstOrDefault(order => order.Product is not CardProduct.Residence
                && NumberCardRecord.IsSerial(order.AuthenticationCertificate, serial));
        var residence = draft.Orders.FirstOrDefault(order => order.Product is CardProduct.Residence);
        if (residence?.Card is not { } number) return null;
        var proved = await parts.Proving.Residence(shown.Card, number, progress, cancel);
        return proved is Proved.Residence ? residence : null;
    }

    private RefusalCode? Ended(Proved proved) => proved switch
    {
        Proved.Residence card => WhyNot(card.Person.Residence?.Record, card.Card.State, card.Card.ExpiresOn),
        Proved.Number card => WhyNot(card.Person.Residence?.Record, card.Card.State, card.Card.ExpiresOn),
        _ => null,
    };

    private RefusalCode? WhyNot(ResidenceRecord? record, CardState state, DateOnly expiresOn) => CardValidity.WhyNot(
        state, record is null ? expiresOn : CardValidity.CardEnd(parts.Law, record, expiresOn), parts.People.Today);
}
