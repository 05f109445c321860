using System.Collections.Immutable;
using System.Security.Cryptography;
using Musubi.Registers;
using Musubi.Vocabulary;

namespace Musubi.Counter;

/// <summary>From a draft to its commit: facts are read anew, the act decides, and the coordinator carries it
/// out.</summary>
internal sealed class ActCommit(DeskParts parts)
{
    private const int CertificateSerialBytes = 8;
    private const int SerialDigits = 15;
    private const string Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    private const string Digits = "0123456789";

    /// <summary>Why the act could not be decided now, or null. Nothing is kept of it.</summary>
    public async Task<Refusal?> WhyNot(DraftAct draft) =>
        Decide(draft, await parts.People.Of(draft.Residence, draft.Number), draft.CommitAct) is Decision.Refused refused
            ? refused.Why
            : null;

    /// <summary>The commit of the act itself.</summary>
    public async Task<Taken> Act(DraftAct draft, Clerk clerk, CancellationToken cancel)
    {
        // Crash after an earlier commit and before the draft was saved: the journal knows, and it is not decided twice.
        var known = await parts.Stores.Journal.Find(draft.CommitAct);
        if (known is null or { Stage: ActStage.Cancelled })
        {
            if (known is not null) draft = draft with { CommitAct = ActId.New(parts.Time) };
            var pair = await parts.People.Of(draft.Residence, draft.Number);
            var decision = Decide(draft, pair, draft.CommitAct);
            if (decision is Decision.Refused refused) return new Taken(draft, refused.Why);
            var decided = (Decision.Decided)decision;
            var act = Decided(draft, draft.CommitAct, draft.Kind, clerk, pair, decided);
            parts.Store.Save(draft);
            known = new JournaledAct(act, ActStage.Decided, null, null, null);
        }
        var outcome = await parts.Coordinator.Commit(known.Act, cancel);
        var work = Work(known.Act);
        return After(
            draft with { Orders = [.. work.Orders.Select(OrderedCard.Of)], Rewrites = work.Rewrite is not null },
            outcome, StepId.Commit);
    }

    /// <summary>The second commit of the visit: new cards valid, old ones replaced.</summary>
    public async Task<Taken> HandOver(DraftAct draft, Clerk clerk, CancellationToken cancel)
    {
        var known = await parts.Stores.Journal.Find(draft.HandOverAct);
        if (known is null or { Stage: ActStage.Cancelled })
        {
            if (known is not null) draft = draft with { HandOverAct = ActId.New(parts.Time) };
            var pair = await parts.People.Of(draft.Residence, draft.Number);
            var request = new HandOverRequest(draft.HandOverAct, draft.CommitAct,
                draft.Orders.Select(order => order.Card).FirstOrDefault(card => card is not null),
                draft.Orders.Select(order => order.Serial).FirstOrDefault(serial => serial is not null));
            var decision = FactsOf(pair, draft) is { } facts
                ? Counter.HandOver.Decide(request, facts, parts.People.Today)
                : Decision.No(RefusalCode.PersonUnknown);
            if (decision is Decision.Refused refused) return new Taken(draft, refused.Why);
            var act = Decided(draft with { Consent = null }, draft.HandOverAct, ActKind.HandOver, clerk, pair,
                (Decision.Decided)decision);
            parts.Store.Save(draft);
            known = new JournaledAct(act, ActStage.Decided, null, null, null);
        }
        return After(draft, await parts.Coordinator.Commit(known.Act, cancel), StepId.HandOver);
    }

    /// <summary>Where an act is done when its last step is, and its receipt came.</summary>
    public static DraftAct Ended(DraftAct draft, CommitOutcome outcome)
    {
        var receipt = outcome is CommitOutcome.Committed committed ? committed.Receipt : draft.Receipt;
        var after = draft with { Receipt = draft.Receipt ?? receipt };
        return DeskSteps.Current(after) is null ? after with { State = DraftState.Done } : after;
    }

    public static string LegalBasis(Jurisdiction law, ActKind kind) => $"{law.Code}: services.json, {kind}";

    /// <summary>What an act left to be done on plastic, as its journal entry holds it.</summary>
    public static CardWork Work(DecidedAct act) =>
        act.Completion is null ? CardWork.None : RecordJson.Read<CardWork>(act.Completion);

    private static Taken After(DraftAct draft, CommitOutcome outcome, StepId step)
    {
        switch (outcome)
        {
            case CommitOutcome.Committed committed:
                return new Taken(Ended(Happened(draft, step, committed.Receipt.CommittedAt), outcome), null);
            case CommitOutcome.Unfinished { Act: { Stage: ActStage.Committed or ActStage.Confirmed } act }:
                // It has happened; what is left is the card, or a register that answers late.
                return new Taken(Ended(Happened(draft, step, act.DecidedAt), outcome), null);
            case CommitOutcome.Unfinished { Act: var waiting }:
                return new Taken(draft, new Refusal(waiting.Reason ?? RefusalCode.RegisterLate, OtherAct: waiting.Act));
            case CommitOutcome.Refused { Code: RefusalCode.VersionChanged } changed:
                // What was read out and agreed to is no longer what the registers say: both are done again.
                return new Taken(
                    draft with
                    {
                        Done = [.. draft.Done.Where(done => done is not StepId.Check
                            && (done is not StepId.Consent || draft.Choice is ActChoice.NotGranted))],
                        Consent = null,
                    },
                    new Refusal(changed.Code, OtherAct: changed.Other?.Act, OtherActKind: changed.Other?.Kind));
            case CommitOutcome.Refused refused:
                return new Taken(draft,
                    new Refusal(refused.Code, OtherAct: refused.Other?.Act, OtherActKind: refused.Other?.Kind));
            default:
                throw new InvalidOperationException($"The coordinator gives no {outcome.GetType().Name}.");
        }
    }

    private static DraftAct Happened(DraftAct draft, StepId step, DateTimeOffset at)
    {
        var done = draft.Done.Add(step);
        // An untying of a card that was never handed over leaves nothing to make.
        if (draft.Orders.IsEmpty)
            done = [.. done, .. Steps.Of(draft.Kind, draft.Route).Select(one => one.Id)
                .Where(id => id is StepId.ChoosePin or StepId.MakeCard or StepId.HandOver && !done.Contains(id))];
        if (!draft.Rewrites && Steps.Of(draft.Kind, draft.Route).Any(one => one.Id is StepId.WriteCard)
            && !done.Contains(StepId.WriteCard))
            done = done.Add(StepId.WriteCard);
        return draft with { Done = done, CommittedAt = draft.CommittedAt ?? at };
    }

    private DecidedAct Decided(
        DraftAct draft, ActId id, ActKind kind, Clerk clerk, Pair pair, Decision.Decided decided)
    {
        var today = parts.People.Today;
        var receipt = draft.Consent is null ? null : RecordJson.Write(draft.Consent);
        var record = RecordJson.Write(new ActRecord(id, kind, draft.Route, clerk.Office, parts.Time.GetUtcNow()));
        var commitments = ImmutableArray.Create(new Commitment("act", draft.Residence, record));
        if (receipt is not null) commitments = commitments.Add(new Commitment("consent", draft.Residence, receipt));
        return new DecidedAct
        {
            Header = new ActHeader(id, kind, draft.Route, clerk.Staff, clerk.Office, LegalBasis(parts.Law, kind),
                parts.Time.GetUtcNow()),
            Residence = decided.Residence is { } residence
                ? [new Change<ResidenceRecord>(pair.Residence?.Version ?? 0, today, residence)] : [],
            Number = decided.Number is { } number
                ? [new Change<NumberRecord>(pair.Number?.Version ?? 0, today, number)] : [],
            Links = decided.Link is { } link
                ? [new Change<LinkRecord>(pair.Link?.Version ?? 0, today, link)] : [],
            ConsentReceipt = receipt,
            Commitments = commitments,
            Completion = decided.Work.IsNone ? null : RecordJson.Write(decided.Work),
        };
    }

    private Decision Decide(DraftAct draft, Pair pair, ActId id)
    {
        var today = parts.People.Today;
        if (draft is { Kind: var lossKind, Choice: ActChoice.Lost lost } && lossKind == ActKind.ReportLoss)
            return ReportLoss.Decide(new ReportLossRequest(id, lost.Card), pair.Residence?.Record, pair.Number?.Record,
                today);
        if (FactsOf(pair, draft) is not { } facts) return Decision.No(RefusalCode.PersonUnknown);
        var shown = draft is { ShownResidence: { } card, ShownNumber: { } serial }
            ? new ShownCards(card, serial)
            : null;
        if (draft.Kind == ActKind.Unmerge) return Unmerge.Decide(new UnmergeRequest(id, shown), facts, today);
        if (shown is null) return Decision.No(RefusalCode.NoCard);
        return draft.Choice switch
        {
            ActChoice.OneCard choice => Merge.Decide(new MergeRequest(id, shown, choice.Extension is { } period
                ? new StayGrant(ActKind.Renew, facts.Residence.Status, period, facts.Residence.Permit) : null), facts,
                    today),
            ActChoice.Longer choice =>
            Renew.Decide(new RenewRequest(id, draft.Route, shown, choice.Period), facts, today),
            ActChoice.NewStatus choice =>
                ChangeStatus.Decide(new ChangeStatusRequest(id, draft.Route, shown, choice.Status, choice.Period),
                    facts, today),
            ActChoice.NewAddress choice =>
            Move.Decide(new MoveRequest(id, draft.Route, shown, choice.Address), facts, today),
            ActChoice.Received => Application.Receive(
                new ApplicationRequest(id, draft.Kind, draft.Route, shown), facts, today),
            ActChoice.NotGranted => Application.Refuse(
                new ApplicationRequest(id, draft.Kind, draft.Route, shown), facts, today),
            _ => Decision.No(RefusalCode.InputNotUnderstood),
        };
    }

    private Facts? FactsOf(Pair pair, DraftAct draft) =>
        pair is { Residence.Record: { } residence, Number.Record: { } number }
        ? new Facts(parts.Law, residence, number, pair.Link?.Record, pair.NumberSideLink, draft.Same, Draw())
        : null;

    /// <summary>Numbers of cards that do not exist yet. The registers refuse one that does.</summary>
    private static FreshNumbers Draw() => new(
        ResidenceCardNumber.Parse(RandomNumberGenerator.GetString(Letters, 2)
        + RandomNumberGenerator.GetString(Digits, 8)
            + RandomNumberGenerator.GetString(Letters, 2)),
        CardSerial.Parse(RandomNumberGenerator.GetString(Digits, SerialDigits)),
        CertificateSerial(), CertificateSerial());

    /// <summary>Positive and of one length, as RFC 5280 §4.1.2.2 asks: the first bits are 01.</summary>
    private static string CertificateSerial()
    {
        var bytes = RandomNumberGenerator.GetBytes(CertificateSerialBytes);
        bytes[0] = (byte)(0x40 | (bytes[0] & 0x3F));
        return Convert.ToHexString(bytes);
    }
}

/// <summary>What the log will be able to prove of an act: that it was, when and where. No attribute of
/// anybody.</summary>
internal sealed record ActRecord(ActId Act, ActKind Kind, Route Route, OfficeId Office, DateTimeOffset At);
