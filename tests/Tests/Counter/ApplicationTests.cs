using Musubi.Access;
using Musubi.Counter;
using Musubi.Registers;
using Musubi.Vocabulary;
using static Musubi.Tests.Counter.Deciding;

namespace Musubi.Tests.Counter;

/// <summary>An application that is received in one visit and decided in another.</summary>
public sealed class ApplicationTests
{
    /// <summary>End of stay 31 January 2027, and two months (Immigration Control Act art. 20 (6)).</summary>
    private static readonly DateOnly SpecialEnd = new(2027, 3, 31);

    private static readonly ActChoice Received = new ActChoice.Received();

    [Fact]
    public void Receiving_on_separate_cards_extends_the_My_Number_card_and_makes_no_new_one()
    {
        var facts = Persons.Facts();
        var decided = Decided(Receive(facts, ActKind.Renew, Route.Separate, Persons.Today));
        Assert.Equal(new PendingApplication(ActKind.Renew, Persons.Today), decided.Residence!.Pending);
        Assert.Equal(facts.Residence.StayUntil, decided.Residence.StayUntil);
        Assert.Equal(facts.Residence.Cards, decided.Residence.Cards);
        var card = Assert.Single(decided.Number!.Cards);
        Assert.Equal((SpecialEnd, SpecialEnd), (card.ExpiresOn, card.CertificatesUntil));
        Assert.Empty(decided.Work.Orders);
        Assert.Equal(SpecialEnd, decided.Work.Rewrite!.CertificatesUntil);
    }

    [Fact]
    public void Receiving_on_the_merged_card_changes_nothing_but_the_residence_register()
    {
        var facts = Holding(Route.Merged);
        var decided = Decided(Receive(facts, ActKind.ChangeStatus, Route.Merged, Persons.Today));
        Assert.Equal(ActKind.ChangeStatus, decided.Residence!.Pending!.Kind);
        Assert.Equal((null, null, true), (decided.Number, decided.Link, decided.Work.IsNone));
    }

    [Theory]
    [InlineData(Route.Separate)]
    [InlineData(Route.Merged)]
    public void Granting_in_the_special_period_ends_the_waiting_and_goes_on_from_the_old_end(Route route)
    {
        var holding = Holding(route);
        var waiting = After(holding, Decided(Receive(holding, ActKind.Renew, route, Persons.Today)))
            with
        { Fresh = Persons.Facts(fresh: 902).Fresh };
        var granted = Decided(Renew.Decide(
            new(Persons.Act(), route, Persons.Shown(waiting), ThreeYears), waiting, SpecialEnd));
        Assert.Null(granted.Residence!.Pending);
        Assert.Equal(new DateOnly(2030, 1, 31), granted.Residence.StayUntil);
        if (route is Route.Separate)
            Assert.Equal(new DateOnly(2030, 1, 31), Assert.Single(granted.Number!.Cards).ExpiresOn);
    }

    [Fact]
    public void Not_granting_lets_stay_and_cards_end_when_they_would_have_ended()
    {
        var waiting = After(Persons.Facts(), Decided(Receive(
            Persons.Facts(), ActKind.Renew, Route.Separate, Persons.Today)));
        var refused = Decided(Application.Refuse(Request(waiting, ActKind.Renew, Route.Separate), waiting,
            new DateOnly(2027, 2, 10)));
        Assert.Null(refused.Residence!.Pending);
        Assert.Equal(new DateOnly(2027, 1, 31), Assert.Single(refused.Number!.Cards).ExpiresOn);
        Assert.True(CardValidity.HasEnded(Persons.Law, refused.Residence, new DateOnly(2027, 2, 10)));
        Assert.True(refused.Work.IsNone);
    }

    [Fact]
    public void What_cannot_be_received_or_refused_is_said()
    {
        var facts = Persons.Facts();
        var waiting = After(facts, Decided(Receive(facts, ActKind.Renew, Route.Separate, Persons.Today)));
        Assert.Equal(RefusalCode.ApplicationPending,
            Refused(Receive(waiting, ActKind.ChangeStatus, Route.Separate, Persons.Today)));
        Assert.Equal(RefusalCode.CardExpired,
            Refused(Receive(facts, ActKind.Renew, Route.Separate, new DateOnly(2027, 2, 1))));
        Assert.Equal(RefusalCode.RouteNotOffered,
            Refused(Receive(facts, ActKind.Renew, Route.Merged, Persons.Today)));
        Assert.Equal(RefusalCode.NothingToChange, Refused(Application.Refuse(
            Request(facts, ActKind.Renew, Route.Separate), facts, Persons.Today)));
        Assert.Equal(RefusalCode.NothingToChange, Refused(Application.Refuse(
            Request(waiting, ActKind.ChangeStatus, Route.Separate), waiting, Persons.Today)));
        var endless = Persons.Facts(Persons.Residence(1) with { StayUntil = null });
        Assert.Equal(RefusalCode.NothingToChange,
            Refused(Receive(endless, ActKind.Renew, Route.Separate, Persons.Today)));
    }

    [Fact]
    public async Task With_two_cards_it_is_received_carries_them_past_their_end_and_is_granted_later()
    {
        await using var world = await DeskWorld.Open();
        await world.Move_in();
        var filing = await world.ShowBoth(await world.Begin(ActKind.Renew, Route.Separate));
        filing = await world.Decide(filing, Received);
        Assert.Equal(ConsentText.Of(ActKind.Renew, Language.English, Received).Text,
            ConsentReceipt.Read(filing.Consent!.Text).Notice.Text);
        Assert.Equal(StepId.WriteCard, filing.Current);
        filing = await world.Taken(filing, new StepInput.WriteCard(world.Put(Persons.Serial(1)), null));
        Assert.Equal((DraftState.Done, SpecialEnd), (filing.State, filing.Person.StayLawfulUntil));
        Assert.NotNull(filing.Receipt);

        world.Time.SetUtcNow(new DateTimeOffset(SpecialEnd, new TimeOnly(12, 0), TimeSpan.FromHours(9)));
        foreach (var (path, password) in new (string, ReadingPassword)[]
        {
            (world.PathOf(Persons.Card(1).Stored), new ReadingPassword.CardNumber(Persons.Card(1))),
            (world.PathOf(Persons.Serial(1).Stored), new ReadingPassword.NumberB("02041520271234")),
        })
        {
            var given = Assert.IsType<ReadingOutcome.Given>(await world.Premises.Readings.Read(
                EntryId.Parse("employer"), [], world.Put(path), password, "desk",
                TestContext.Current.CancellationToken));
            Assert.Equal(SpecialEnd, given.CarriedUntil);
        }

        var deciding = await world.Decide(await world.ShowBoth(await world.Begin(ActKind.Renew, Route.Separate)),
            new ActChoice.Longer(ThreeYears));
        Assert.Null(deciding.Person.Residence!.Pending);
        Assert.Equal(new DateOnly(2030, 1, 31), deciding.Person.StayLawfulUntil);
    }

    [Fact]
    public async Task With_one_card_it_is_received_and_refused_without_writing_or_asking_for_consent()
    {
        await using var world = await DeskWorld.Open();
        await world.Move_in();
        var (path, _) = await MergedStoryTests.Merge(world);
        var filing = await Shown(world, path);
        filing = await world.Decide(filing, Received, DeskWorld.Pins.Four);
        Assert.Equal(DraftState.Done, filing.State);
        Assert.Equal(SpecialEnd, filing.Person.StayLawfulUntil);

        var refusing = await world.Taken(await Shown(world, path), new StepInput.Choose(new ActChoice.NotGranted()));
        refusing = await world.Taken(refusing, new StepInput.Check());
        Assert.Equal(StepId.Commit, refusing.Current);
        refusing = await world.Taken(refusing, new StepInput.Commit());
        Assert.Equal((DraftState.Done, null), (refusing.State, refusing.Consent));
        Assert.Null((await world.Person()).Residence!.Record.Pending);
    }

    private static async Task<ActView> Shown(DeskWorld world, string path) => await world.Taken(
        await world.Begin(ActKind.Renew, Route.Merged),
        new StepInput.ShowCard(world.Put(path), Pin: DeskWorld.Pins.Four));

    private static ApplicationRequest Request(Facts facts, ActKind kind, Route route) =>
        new(Persons.Act(), kind, route, Persons.Shown(facts));

    private static Decision Receive(Facts facts, ActKind kind, Route route, DateOnly day) =>
        Application.Receive(Request(facts, kind, route), facts, day);
}
