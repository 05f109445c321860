using Musubi.Counter;
using Musubi.Registers;
using Musubi.Vocabulary;

namespace Musubi.Tests.Counter;

/// <summary>A desk whose registers are late, or whose machine dies between two steps.</summary>
public sealed class InterruptedTests
{
    private static readonly ActChoice Move = new ActChoice.NewAddress(Persons.NewHome);

    [Fact]
    public async Task A_register_that_answers_late_leaves_an_act_that_Continue_ends()
    {
        var answer = new TaskCompletionSource();
        var isSilent = false;
        var failpoints = new Failpoints
        {
            OnReached = (point, store) => isSilent && point is Failpoint.PrepareSent && store is StoreName.Number
                ? answer.Task
                : Task.CompletedTask,
        };
        await using var world = await DeskWorld.Open(
            new PremisesSettings { Stores = new() { Failpoints = failpoints } });
        await world.Move_in();
        var view = await Agreed(world);
        isSilent = true;
        var commit = world.Step(view, new StepInput.Commit());
        while (!commit.IsCompleted)
        {
            world.Time.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }
        var late = await commit;
        Assert.Equal(RefusalCode.RegisterLate, late.Refused!.Code);
        Assert.Equal(StepId.Commit, late.View!.Current);
        // Nothing has happened in either register, whatever a reader joins.
        Assert.Equal(Persons.Home, (await world.Person()).Residence!.Record.Address);

        isSilent = false;
        answer.SetResult();
        view = await world.Taken(late.View, new StepInput.Commit());
        Assert.Equal(StepId.WriteCard, view.Current);
        Assert.Equal(Persons.NewHome, (await world.Person()).Number!.Record.Address);
    }

    [Theory]
    [InlineData(Failpoint.AllPrepared)]
    [InlineData(Failpoint.Committed)]
    [InlineData(Failpoint.AllConfirmed)]
    [InlineData(Failpoint.Decided)]
    public async Task A_machine_that_dies_inside_the_commit_goes_on_where_it_stopped(Failpoint point)
    {
        var dies = false;
        var failpoints = new Failpoints
        {
            OnReached = (reached, _) => dies && reached == point ? throw new IOException("The power went.")
                : Task.CompletedTask,
        };
        await using var world = await DeskWorld.Open(
            new PremisesSettings { Stores = new() { Failpoints = failpoints } });
        await world.Move_in();
        var view = await world.ShowBoth(await world.Begin(ActKind.Renew, Route.Separate));
        view = await world.Taken(view, new StepInput.Choose(new ActChoice.Longer(PeriodOfStay.Parse("P3Y"))));
        view = await world.Taken(view, new StepInput.Check());
        view = await world.Taken(view,
            new StepInput.Agree(Language.English, true, world.Reader.Connect(), DeskWorld.Pin));
        dies = true;
        await Assert.ThrowsAsync<IOException>(() => world.Step(view, new StepInput.Commit()));
        dies = false;
        await world.Restart();

        view = (await world.Desk.Open(view.Act))!;
        Assert.Equal(StepId.Commit, view.Current);
        view = await world.Taken(view, new StepInput.Commit());
        view = await world.Taken(view, new StepInput.WriteCard(world.Put(Persons.Serial(1)), null));
        view = await world.Taken(view, new StepInput.MakeCard(null));
        var made = Assert.Single(view.ToTake);
        view = await world.Taken(view, new StepInput.ShowCard(world.Put(made.Path), made.Number));
        Assert.Equal(DraftState.Done, view.State);
        // One act, one order, one card: two entries after the load, the renewal and the hand-over.
        Assert.Equal(3, (await world.Premises.Stores.Residence.History(Persons.Residence(1).Id)).Count);
        Assert.Single(Directory.GetFiles(Path.Combine(world.Folder, "orders")));
        Assert.Equal(made.Number,
            (await world.Person()).Residence!.Record.Cards.Single(card => card.State is CardState.Valid).Number);
    }

    [Fact]
    public async Task An_act_that_was_not_committed_is_still_there_after_a_restart_and_can_be_dropped()
    {
        await using var world = await DeskWorld.Open();
        await world.Move_in();
        var view = await Agreed(world);
        await world.Restart();
        var line = Assert.Single(world.Desk.Unfinished());
        Assert.Equal((view.Act, DeskWorld.Clerk.Staff, StepId.Commit), (line.Act, line.Owner, line.Current!.Value));
        view = (await world.Desk.Open(view.Act))!;
        Assert.Equal(DraftState.Dropped, (await world.Desk.Drop(DeskWorld.Clerk, view.Act, view.Token)).View!.State);
        Assert.Equal(Persons.Home, (await world.Person()).Residence!.Record.Address);
    }

    private static async Task<ActView> Agreed(DeskWorld world)
    {
        var view = await world.ShowBoth(await world.Begin(ActKind.Move, Route.Separate));
        view = await world.Taken(view, new StepInput.Choose(Move));
        view = await world.Taken(view, new StepInput.Check());
        return await world.Taken(view,
            new StepInput.Agree(Language.English, true, world.Reader.Connect(), DeskWorld.Pin));
    }
}
