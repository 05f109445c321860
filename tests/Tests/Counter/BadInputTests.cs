using Musubi.Counter;
using Musubi.Registers;
using Musubi.Vocabulary;

namespace Musubi.Tests.Counter;

/// <summary>What goes wrong at a desk, and what is then true: nothing is lost and nothing is half done.</summary>
public sealed class BadInputTests
{
    private static readonly ActChoice Move = new ActChoice.NewAddress(Persons.NewHome);

    [Fact]
    public async Task A_wrong_PIN_says_how_many_tries_are_left_and_a_blocked_one_that_it_is_blocked()
    {
        await using var world = await DeskWorld.Open();
        await world.Move_in();
        var view = await world.Begin(ActKind.Move, Route.Separate);
        view = await world.Taken(view, new StepInput.ShowCard(world.Put(Persons.Card(1)), Persons.Card(1)));
        foreach (var expected in new[] { new Refusal(RefusalCode.WrongPin, 2), new Refusal(RefusalCode.WrongPin, 1),
            new Refusal(RefusalCode.PinBlocked) })
        {
            var answer = await world.Step(view, new StepInput.ShowCard(world.Put(Persons.Serial(1)), Pin: "0000"));
            Assert.Equal(expected, answer.Refused);
            view = answer.View!;
            Assert.Equal(StepId.ShowNumberCard, view.Current);
        }
    }

    [Fact]
    public async Task The_wrong_number_for_a_residence_card_opens_nothing()
    {
        await using var world = await DeskWorld.Open();
        await world.Move_in();
        var view = await world.Begin(ActKind.Move, Route.Separate);
        var answer = await world.Step(view, new StepInput.ShowCard(world.Put(Persons.Card(1)), Persons.Card(2)));
        Assert.Equal(RefusalCode.WrongCardNumber, answer.Refused!.Code);
    }

    [Fact]
    public async Task A_card_of_another_kind_is_said_to_be_one_and_is_not_no_card()
    {
        await using var world = await DeskWorld.Open();
        await world.Move_in();
        var view = await world.Begin(ActKind.Move, Route.Separate);
        var answer = await world.Step(view, new StepInput.ShowCard(world.Put(Persons.Serial(1)), Persons.Card(1)));
        Assert.Equal(RefusalCode.NumberOfOtherCard, answer.Refused!.Code);
    }

    [Fact]
    public async Task A_card_that_was_replaced_is_refused_for_that_on_either_route()
    {
        await using var world = await DeskWorld.Open();
        await world.Move_in();
        var (merged, _) = await MergedStoryTests.Merge(world);
        StepInput.ShowCard oldNumber() => new(world.Put(Persons.Serial(1)), Pin: DeskWorld.Pin);
        StepInput.ShowCard oldResidence() => new(world.Put(Persons.Card(1)), Persons.Card(1));
        var onMerged = await world.Begin(ActKind.Renew, Route.Merged);
        Assert.Equal(RefusalCode.CardReplaced, (await world.Step(onMerged, oldNumber())).Refused!.Code);
        onMerged = (await world.Desk.Open(onMerged.Act))!;
        Assert.Equal(RefusalCode.CardReplaced, (await world.Step(onMerged, oldResidence())).Refused!.Code);
        var onSeparate = await world.Begin(ActKind.Renew, Route.Separate);
        Assert.Equal(RefusalCode.CardReplaced, (await world.Step(onSeparate, oldResidence())).Refused!.Code);

        // The way back: the merged card is the old one then.
        var untying = await world.Begin(ActKind.Unmerge, Route.Separate);
        untying = await world.Taken(untying, new StepInput.ShowCard(world.Put(merged), Pin: DeskWorld.Pins.Four));
        untying = await world.Taken(untying, new StepInput.Check());
        untying = await world.Taken(untying, new StepInput.Agree(
            Language.English, Agreed: true, world.Reader.Connect(), DeskWorld.Pins.Four));
        untying = await world.Taken(untying, new StepInput.Commit());
        untying = await world.Taken(untying, new StepInput.MakeCard(DeskWorld.Pins));
        foreach (var made in untying.ToTake)
            untying = await world.Taken(untying, new StepInput.ShowCard(world.Put(made.Path), made.Number));
        var again = await world.Begin(ActKind.Renew, Route.Merged);
        Assert.Equal(RefusalCode.CardReplaced, (await world.Step(again,
            new StepInput.ShowCard(world.Put(merged), Pin: DeskWorld.Pins.Four))).Refused!.Code);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    [InlineData(9)]
    public async Task A_card_pulled_while_it_is_read_changes_nothing_and_Continue_says_where_it_stopped(int after)
    {
        await using var world = await DeskWorld.Open();
        await world.Move_in();
        var view = await world.Begin(ActKind.Move, Route.Separate);
        var card = world.Put(Persons.Card(1));
        world.Reader.FailAfter(after);
        var answer = await world.Step(view, new StepInput.ShowCard(card, Persons.Card(1)));
        Assert.Equal(RefusalCode.CardRemoved, answer.Refused!.Code);
        Assert.Equal(StepId.ShowResidenceCard, answer.View!.Current);
        Assert.Equal(RefusalCode.CardRemoved, Assert.Single(world.Desk.Unfinished()).Stopped!.Code);
        view = await world.Taken(answer.View, new StepInput.ShowCard(world.Put(Persons.Card(1)), Persons.Card(1)));
        Assert.Equal(StepId.ShowNumberCard, view.Current);
    }

    [Fact]
    public async Task A_card_pulled_while_it_is_written_leaves_an_act_that_Continue_ends()
    {
        await using var world = await DeskWorld.Open();
        await world.Move_in();
        var view = await world.ShowBoth(await world.Begin(ActKind.Move, Route.Separate));
        view = await world.Decide(view, Move);
        var stops = 0;
        for (var commands = 2; view.State is DraftState.Open; commands += 5)
        {
            var card = world.Put(Persons.Serial(1));
            world.Reader.FailAfter(commands);
            var answer = await world.Step(view, new StepInput.WriteCard(card, null));
            view = answer.View!;
            if (answer.Refused is null) continue;
            Assert.Equal(RefusalCode.CardRemoved, answer.Refused.Code);
            Assert.Equal(StepId.WriteCard, view.Current);
            Assert.NotNull(view.ValidMeanwhile);
            stops++;
        }
        Assert.True(stops > 1, "The card was never pulled in the middle.");
        Assert.NotNull(view.Receipt);
    }

    [Fact]
    public async Task Of_two_tabs_on_one_act_one_goes_on_and_the_other_is_told()
    {
        await using var world = await DeskWorld.Open();
        await world.Move_in();
        var view = await world.ShowBoth(await world.Begin(ActKind.Move, Route.Separate));
        var otherTab = (await world.Desk.Open(view.Act))!;
        var taken = await world.Taken(view, new StepInput.Choose(Move));
        var late = await world.Step(otherTab, new StepInput.Choose(new ActChoice.NewAddress(Persons.Home)));
        Assert.Equal(RefusalCode.OtherTabContinued, late.Refused!.Code);
        Assert.Equal(Move, late.View!.Choice);
        Assert.Equal(taken.Current, late.View.Current);
    }

    [Fact]
    public async Task A_form_sent_twice_does_nothing_twice_and_shows_the_first_answer()
    {
        await using var world = await DeskWorld.Open();
        await world.Move_in();
        var view = await world.Begin(ActKind.Move, Route.Separate);
        view = await world.Taken(view, new StepInput.ShowCard(world.Put(Persons.Card(1)), Persons.Card(1)));
        var wrong = new StepInput.ShowCard(world.Put(Persons.Serial(1)), Pin: "0000");
        var first = await world.Step(view, wrong);
        var second = await world.Step(view, wrong);
        Assert.True(second.WasUsed);
        Assert.Equal(first.Refused, second.Refused);
        // The second sending cost no try: the next wrong PIN leaves one.
        var third = await world.Step(second.View!, new StepInput.ShowCard(world.Put(Persons.Serial(1)), Pin: "0000"));
        Assert.Equal(1, third.Refused!.TriesLeft);
    }

    [Fact]
    public async Task A_commit_sent_twice_is_one_commit()
    {
        await using var world = await DeskWorld.Open();
        await world.Move_in();
        var view = await world.ShowBoth(await world.Begin(ActKind.Move, Route.Separate));
        view = await world.Taken(view, new StepInput.Choose(Move));
        view = await world.Taken(view, new StepInput.Check());
        view = await world.Taken(view,
            new StepInput.Agree(Language.Japanese, true, world.Reader.Connect(), DeskWorld.Pin));
        await world.Taken(view, new StepInput.Commit());
        Assert.True((await world.Step(view, new StepInput.Commit())).WasUsed);
        Assert.Equal(2, (await world.Premises.Stores.Residence.History(Persons.Residence(1).Id)).Count);
    }

    [Fact]
    public async Task Nothing_happens_without_a_yes_to_the_consent()
    {
        await using var world = await DeskWorld.Open();
        await world.Move_in();
        var view = await world.ShowBoth(await world.Begin(ActKind.Move, Route.Separate));
        view = await world.Taken(view, new StepInput.Choose(Move));
        view = await world.Taken(view, new StepInput.Check());
        var no = await world.Step(view,
            new StepInput.Agree(Language.Japanese, false, world.Reader.Connect(), DeskWorld.Pin));
        Assert.Equal(RefusalCode.NoConsent, no.Refused!.Code);
        var skipped = await world.Step(no.View!, new StepInput.Commit());
        Assert.Equal(RefusalCode.InputNotUnderstood, skipped.Refused!.Code);
        Assert.Equal(Persons.Home, (await world.Person()).Residence!.Record.Address);
    }

    [Fact]
    public async Task Cards_of_two_different_people_go_to_review_and_two_reviewers_decide()
    {
        await using var world = await DeskWorld.Open();
        await world.Move_in((Persons.Residence(1), Persons.Number(1, "TANAKAS")));
        var view = await world.Begin(ActKind.Merge, Route.Merged);
        view = await world.Taken(view, new StepInput.ShowCard(world.Put(Persons.Card(1)), Persons.Card(1)));
        var shown = await world.Step(view, new StepInput.ShowCard(world.Put(Persons.Serial(1)), Pin: DeskWorld.Pin));
        Assert.Equal(RefusalCode.ReviewPending, shown.Refused!.Code);
        var review = Assert.Single(world.Desk.Reviews.Waiting());
        Assert.Equal([Musubi.Linkage.BasicAttribute.Name], review.Differing);

        view = await world.Taken(shown.View!, new StepInput.Choose(new ActChoice.OneCard(null)));
        Assert.Equal(RefusalCode.ReviewPending, (await world.Step(view, new StepInput.Check())).Refused!.Code);
        Assert.Equal(RefusalCode.SecondPersonNeeded,
            world.Desk.Reviews.Vote(view.Act, DeskWorld.Clerk.Staff, true, "I know her")!.Code);
        Assert.Null(world.Desk.Reviews.Vote(view.Act, StaffId.Parse("suzuki"), true, "Spelling on an old form"));
        Assert.Equal(RefusalCode.SecondPersonNeeded,
            world.Desk.Reviews.Vote(view.Act, StaffId.Parse("suzuki"), true, "Again")!.Code);
        Assert.Null(world.Desk.Reviews.Vote(view.Act, StaffId.Parse("kato"), true, "Same photograph and birth date"));

        var checkedView = await world.Taken((await world.Desk.Open(view.Act))!, new StepInput.Check());
        Assert.Equal(SamePerson.Reviewed, checkedView.Same);
    }

    [Fact]
    public async Task A_lost_card_on_the_reader_is_refused_by_name()
    {
        await using var world = await DeskWorld.Open();
        var residence = Persons.Residence(1);
        await world.Move_in((residence with { Cards = [residence.Cards[0] with { State = CardState.Lost }] },
            Persons.Number(1)));
        var view = await world.Begin(ActKind.Move, Route.Separate);
        var answer = await world.Step(view, new StepInput.ShowCard(world.Put(Persons.Card(1)), Persons.Card(1)));
        Assert.Equal(RefusalCode.CardLost, answer.Refused!.Code);
    }

    [Fact]
    public async Task Another_office_does_not_go_on_with_an_act_and_a_dropped_one_is_over()
    {
        await using var world = await DeskWorld.Open();
        await world.Move_in();
        var view = await world.Begin(ActKind.Move, Route.Separate);
        var elsewhere = DeskWorld.Clerk with { Office = OfficeId.Parse("osaka-bureau") };
        var answer = await world.Desk.Drop(elsewhere, view.Act, view.Token);
        Assert.Equal(RefusalCode.NotYourTask, answer.Refused!.Code);
        var dropped = await world.Desk.Drop(DeskWorld.Clerk, view.Act, answer.View!.Token);
        Assert.Equal(DraftState.Dropped, dropped.View!.State);
        Assert.Empty(world.Desk.Unfinished());
        Assert.Equal(RefusalCode.FormTooOld, (await world.Step(dropped.View, new StepInput.Check())).Refused!.Code);
    }

    [Fact]
    public async Task An_act_that_nobody_goes_on_with_is_given_up()
    {
        await using var world = await DeskWorld.Open();
        await world.Move_in();
        var view = await world.Begin(ActKind.Move, Route.Separate);
        world.Time.Advance(TimeSpan.FromDays(5));
        var answer = await world.Step(view, new StepInput.ShowCard(world.Put(Persons.Card(1)), Persons.Card(1)));
        Assert.Equal(RefusalCode.DraftExpired, answer.Refused!.Code);
    }

    [Fact]
    public async Task Two_desks_on_one_person_one_wins_and_the_other_reads_the_facts_again()
    {
        await using var world = await DeskWorld.Open();
        await world.Move_in();
        var first = await world.ShowBoth(await world.Begin(ActKind.Move, Route.Separate));
        var second = await world.ShowBoth(await world.Begin(ActKind.Move, Route.Separate));
        var elsewhere = new ActChoice.NewAddress(new Address(Persons.NewHome.Municipality, "港町9"));
        first = await world.Decide(first, Move);
        second = await world.Decide(second, elsewhere);
        Assert.NotNull(first.ToWrite);
        Assert.Equal("港町9", (await world.Person()).Residence!.Record.Address.Text);
    }

    [Fact]
    public async Task An_order_made_twice_gives_one_card()
    {
        await using var world = await DeskWorld.Open();
        await world.Move_in();
        var view = await world.ShowBoth(await world.Begin(ActKind.Renew, Route.Separate));
        view = await world.Decide(view, new ActChoice.Longer(PeriodOfStay.Parse("P3Y")));
        view = await world.Taken(view, new StepInput.WriteCard(world.Put(Persons.Serial(1)), null));
        var token = view.Token;
        view = await world.Taken(view, new StepInput.MakeCard(null));
        var made = Assert.Single(view.ToTake);
        var bytes = await File.ReadAllBytesAsync(made.Path, TestContext.Current.CancellationToken);
        await world.Restart();
        Assert.True((await world.Desk.Take(DeskWorld.Clerk, view.Act, token, new StepInput.MakeCard(null))).WasUsed);
        Assert.Equal(bytes, await File.ReadAllBytesAsync(made.Path, TestContext.Current.CancellationToken));
        Assert.Single(Directory.GetFiles(Path.Combine(world.Folder, "orders")));
    }
}
