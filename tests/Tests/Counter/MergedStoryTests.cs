using System.Text;
using Musubi.Access;
using Musubi.Chip.Applications.Jpki;
using Musubi.Counter;
using Musubi.Registers;
using Musubi.Vocabulary;

namespace Musubi.Tests.Counter;

/// <summary>The first resident of the story, in process with virtual cards: merged in one visit, checked by a landlord,
/// an employer, an officer and by nobody, renewed on the same card, moved, and untied again.</summary>
public sealed class MergedStoryTests
{
    private const string Four = "5678", Six = "135790";
    private static readonly PeriodOfStay ThreeYears = PeriodOfStay.Parse("P3Y");
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task One_visit_makes_one_card_of_two_and_the_old_ones_end_with_the_hand_over()
    {
        await using var world = await DeskWorld.Open();
        await world.Move_in();
        var (path, _) = await Merge(world, extension: ThreeYears);

        var person = await world.Person();
        Assert.True(person.IsMerged);
        Assert.Equal([CardState.Replaced, CardState.Valid], person.Residence!.Record.Cards.Select(card => card.State));
        Assert.Equal([CardState.Replaced, CardState.Valid], person.Number!.Record.Cards.Select(card => card.State));
        Assert.Equal(new DateOnly(2030, 1, 31), person.Residence.Record.StayUntil);
        Assert.Empty(world.Desk.Unfinished());
        // The old cards open no act any more.
        var view = await world.Begin(ActKind.Move, Route.Separate);
        var old = await world.Step(view, new StepInput.ShowCard(world.Put(Persons.Card(1)), Persons.Card(1)));
        Assert.Equal(RefusalCode.CardReplaced, old.Refused!.Code);
        Assert.True(File.Exists(path));
    }

    [Fact]
    public async Task A_landlord_learns_nothing_about_the_stay_and_an_employer_only_the_work_answer()
    {
        await using var world = await DeskWorld.Open();
        await world.Move_in();
        var (path, can) = await Merge(world);

        var landlord = await Read(world, path, "landlord", new ReadingPassword.Can(can));
        Assert.Equal(["photo", "name", "card-expiry"], landlord.Fields.Select(value => value.Field.Stored),
            StringComparer.Ordinal);
        Assert.Equal("MARIA TANAKA", landlord.Fields.Single(value => value.Field.Stored is "name").Text);
        Assert.Equal("2036-04-15", landlord.Fields.Single(value => value.Field.Stored is "card-expiry").Text);
        var seen = string.Join('\n', landlord.Fields.Select(value => value.Text));
        Assert.DoesNotContain("2027", seen, StringComparison.Ordinal);
        Assert.DoesNotContain("long-term", seen, StringComparison.Ordinal);

        var employer = await Read(world, path, "employer", new ReadingPassword.Can(can));
        Assert.Equal(
            ["photo", "name", "card-expiry", "work"], employer.Fields.Select(value => value.Field.Stored),
                StringComparer.Ordinal);
        Assert.Equal("Yes", employer.Fields[^1].Text);
    }

    [Fact]
    public async Task An_officer_reads_the_protected_fields_and_the_resident_sees_who_looked()
    {
        await using var world = await DeskWorld.Open();
        await world.Move_in();
        var (path, can) = await Merge(world);
        var officer = await Read(world, path, "immigration", new ReadingPassword.Can(can));
        Assert.Equal("long-term-resident", Text(officer, "status"));
        Assert.Equal("P1Y", Text(officer, "stay-period"));
        Assert.Equal("2027-01-31", Text(officer, "stay-until"));
        Assert.Equal("extension", Text(officer, "permission-type"));
        Assert.Equal("2026-11-24", Text(officer, "issued-on"));

        var line = Assert.Single(await world.Premises.Readings.Of(Persons.Residence(1).Id));
        Assert.Equal((EntryId.Parse("immigration"), ReadingPhase.Completed), (line.Entry, line.Phase));
        Assert.Equal(officer.Reading, line.Reading);
        Assert.DoesNotContain("long-term", line.Proof.Record, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_holder_strikes_an_optional_field_and_nobody_can_ask_for_more()
    {
        await using var world = await DeskWorld.Open();
        await world.Move_in();
        var (path, can) = await Merge(world);
        var address = FieldId.Parse("address");
        var clinic = Assert.IsType<ReadingOutcome.Given>(await world.Premises.Readings.Read(
            EntryId.Parse("clinic"), [address, FieldId.Parse("name")], world.Put(path), new ReadingPassword.Can(can),
                "ward 3", Cancel));
        Assert.Equal([address], clinic.NotShown);
        Assert.Contains(clinic.Fields, value => value.Field.Stored is "name");
        Assert.DoesNotContain(clinic.Fields, value => value.Field == address);
    }

    [Fact]
    public async Task Renewing_rewrites_the_same_card_in_the_same_visit()
    {
        await using var world = await DeskWorld.Open();
        await world.Move_in();
        var (path, can) = await Merge(world);
        var view = await Begin(world, ActKind.Renew, path);
        view = await world.Decide(view, new ActChoice.Longer(ThreeYears), Four);

        // Committed and not yet on the card: who would read the stay is told so, a landlord is not disturbed.
        var stale = await Refused(world, path, "immigration", can);
        Assert.Equal(RefusalCode.CardWriteUnfinished, stale.Code);
        await Read(world, path, "landlord", new ReadingPassword.Can(can));

        view = await world.Taken(view, new StepInput.WriteCard(world.Put(path), Six));
        Assert.Equal(DraftState.Done, view.State);
        Assert.NotNull(view.Receipt);
        var officer = await Read(world, path, "immigration", new ReadingPassword.Can(can));
        Assert.Equal("2030-01-31", Text(officer, "stay-until"));
        Assert.Equal("P3Y", Text(officer, "stay-period"));
        Assert.Equal(2, (await world.Person()).Residence!.Record.Cards.Length);
    }

    [Fact]
    public async Task Moving_rewrites_address_text_and_signing_certificate_on_the_same_card()
    {
        await using var world = await DeskWorld.Open();
        await world.Move_in();
        var (path, can) = await Merge(world);
        var view = await Begin(world, ActKind.Move, path);
        view = await world.Decide(view, new ActChoice.NewAddress(Persons.NewHome), Four);
        view = await world.Taken(view, new StepInput.WriteCard(world.Put(path), Six));
        Assert.Equal(DraftState.Done, view.State);

        var person = await world.Person();
        Assert.Equal(Persons.NewHome, person.Number!.Record.Address);
        var officer = await Read(world, path, "municipality", new ReadingPassword.Can(can));
        Assert.EndsWith(Persons.NewHome.Text, Text(officer, "address"), StringComparison.Ordinal);
        Assert.Equal(Persons.NewHome.Municipality.ToString(), Text(officer, "municipality"));
        var signing = await JpkiCard.ReadSigningCertificate(world.Put(path), "PASSWORD1", Cancel);
        Assert.Equal(person.Number.Record.Cards[^1].SignatureCertificateSerial, signing.Value.SerialNumber);
    }

    [Fact]
    public async Task Untying_gives_two_cards_and_ends_the_link_when_they_are_in_the_hand()
    {
        await using var world = await DeskWorld.Open();
        await world.Move_in();
        var (path, can) = await Merge(world);
        var view = await world.Begin(ActKind.Unmerge, Route.Separate);
        view = await world.Taken(view, new StepInput.ShowCard(world.Put(path), Pin: Four));
        view = await world.Taken(view, new StepInput.Check());
        view = await world.Taken(view, new StepInput.Agree(Language.EasyJapanese, true, world.Reader.Connect(), Four));
        view = await world.Taken(view, new StepInput.Commit());
        Assert.True((await world.Person()).IsMerged);
        await Read(world, path, "landlord", new ReadingPassword.Can(can));

        view = await world.Taken(view, new StepInput.MakeCard(DeskWorld.Pins));
        Assert.Equal([CardProduct.Residence, CardProduct.Number], view.ToTake.Select(card => card.Product));
        foreach (var card in view.ToTake)
            view = await world.Taken(view, new StepInput.ShowCard(world.Put(card.Path), card.Number));
        Assert.Equal(DraftState.Done, view.State);

        var person = await world.Person();
        Assert.Equal(LinkState.Untied, person.Link!.Record.State);
        Assert.Equal(CardKind.Separate,
            person.Residence!.Record.Cards.Single(card => card.State is CardState.Valid).Kind);
        Assert.Equal(CardKind.Separate, person.Number!.Record.Cards.Single(card => card.State is CardState.Valid).Kind);
        Assert.Equal(RefusalCode.CardReplaced, (await Refused(world, path, "landlord", can)).Code);
    }

    [Fact]
    public async Task A_lost_merged_card_is_refused_everywhere_and_untied_without_it()
    {
        await using var world = await DeskWorld.Open();
        await world.Move_in();
        var (path, can) = await Merge(world);
        var begun = await world.Desk.Begin(DeskWorld.Clerk, ActKind.ReportLoss, Route.Merged, Persons.Residence(1).Id);
        var view = await world.Taken(begun.View!, new StepInput.Choose(new ActChoice.Lost(LostCard.Merged)));
        view = await world.Taken(view, new StepInput.Check());
        await world.Taken(view, new StepInput.Commit());
        Assert.Equal(RefusalCode.CardLost, (await Refused(world, path, "landlord", can)).Code);
        var line = (await world.Premises.Readings.Of(Persons.Residence(1).Id))[0];
        Assert.Equal((ReadingPhase.Refused, RefusalCode.CardLost), (line.Phase, line.Reason));

        begun = await world.Desk.Begin(DeskWorld.Clerk, ActKind.Unmerge, Route.Separate, Persons.Residence(1).Id);
        view = begun.View!;
        Assert.Equal(StepId.Check, view.Current);
        view = await world.Taken(view, new StepInput.Check());
        view = await world.Taken(view, new StepInput.Agree(Language.English, true));
        Assert.False(view.Consent!.IsSigned);
        view = await world.Taken(view, new StepInput.Commit());
        Assert.Equal(LinkState.Untied, (await world.Person()).Link!.Record.State);
        view = await world.Taken(view, new StepInput.MakeCard(DeskWorld.Pins));
        foreach (var card in view.ToTake)
            view = await world.Taken(view, new StepInput.ShowCard(world.Put(card.Path), card.Number));
        Assert.Equal(DraftState.Done, view.State);
    }

    [Fact]
    public async Task A_card_pulled_while_writing_keeps_all_old_groups()
    {
        await using var world = await DeskWorld.Open();
        await world.Move_in();
        var (path, can) = await Merge(world);
        var view = await Begin(world, ActKind.Renew, path);
        view = await world.Decide(view, new ActChoice.Longer(ThreeYears), Four);
        var stops = 0;
        for (var commands = 3; view.State is DraftState.Open; commands += 3)
        {
            var card = world.Put(path);
            world.Reader.FailAfter(commands);
            var answer = await world.Step(view, new StepInput.WriteCard(card, Six));
            view = answer.View!;
            if (answer.Refused is null) break;
            Assert.Equal(RefusalCode.CardRemoved, answer.Refused.Code);
            stops++;
        }
        Assert.True(stops > 3, "The card was never pulled in the middle.");
        var officer = await Read(world, path, "immigration", new ReadingPassword.Can(can));
        Assert.Equal(("P3Y", "2030-01-31"), (Text(officer, "stay-period"), Text(officer, "stay-until")));
    }

    [Fact]
    public async Task A_card_that_was_made_and_not_handed_over_is_not_valid_and_the_old_ones_are()
    {
        await using var world = await DeskWorld.Open();
        await world.Move_in();
        var view = await world.ShowBoth(await world.Begin(ActKind.Merge, Route.Merged));
        view = await world.Decide(view, new ActChoice.OneCard(null));
        view = await world.Taken(view, new StepInput.MakeCard(DeskWorld.Pins));
        var made = Assert.Single(view.ToTake);
        var can = world.Premises.PlateOf(made.Serial!.Value.Stored)!.Can!;
        Assert.Equal(RefusalCode.CardNotHandedOver, (await Refused(world, made.Path, "landlord", can)).Code);
        Assert.Equal(CardState.Valid, (await world.Person()).Residence!.Record.Cards[0].State);
        Assert.NotNull(view.ValidMeanwhile);
        // Another card is not the ordered one, whoever holds it out.
        var wrong = await world.Step(view, new StepInput.ShowCard(world.Put(Persons.Serial(1))));
        Assert.Equal(RefusalCode.CardUnknown, wrong.Refused!.Code);
    }

    /// <summary>The whole merge; the card's file and the number printed on it.</summary>
    internal static async Task<(string Path, string Can)> Merge(DeskWorld world, PeriodOfStay? extension = null)
    {
        var view = await world.ShowBoth(await world.Begin(ActKind.Merge, Route.Merged));
        view = await world.Decide(view, new ActChoice.OneCard(extension));
        view = await world.Taken(view, new StepInput.MakeCard(DeskWorld.Pins));
        var made = Assert.Single(view.ToTake);
        view = await world.Taken(view, new StepInput.ShowCard(world.Put(made.Path)));
        Assert.Equal(DraftState.Done, view.State);
        return (made.Path, world.Premises.PlateOf(made.Serial!.Value.Stored)!.Can!);
    }

    private static async Task<ActView> Begin(DeskWorld world, ActKind kind, string path)
    {
        var view = await world.Begin(kind, Route.Merged);
        return await world.Taken(view, new StepInput.ShowCard(world.Put(path), Pin: Four));
    }

    private static async Task<ReadingOutcome.Given> Read(DeskWorld world, string path, string entry,
        ReadingPassword password) =>
        Assert.IsType<ReadingOutcome.Given>(await world.Premises.Readings.Read(
            EntryId.Parse(entry), [], world.Put(path), password, "desk 1", Cancel));

    private static async Task<Refusal> Refused(DeskWorld world, string path, string entry, string can) =>
        Assert.IsType<ReadingOutcome.Refused>(await world.Premises.Readings.Read(
            EntryId.Parse(entry), [], world.Put(path), new ReadingPassword.Can(can), "desk 1", Cancel)).Why;

    private static string Text(ReadingOutcome.Given given, string field) =>
        given.Fields.Single(value => value.Field.Stored == field).Text;
}
