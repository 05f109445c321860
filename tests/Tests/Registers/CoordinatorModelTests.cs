using CsCheck;
using Musubi.CrashHost;
using Musubi.Registers;
using Musubi.Vocabulary;

namespace Musubi.Tests.Registers;

/// <summary>Random histories of the coordinator: acts of several desks, refusals, silent and failing registers, cards
/// that cannot be ordered, crashes at every point. After every step it must answer, show and list exactly what a model
/// without storage says.</summary>
public sealed class CoordinatorModelTests
{
    private const int Residents = 2;
    private const int LongestWalk = 14;

    /// <summary>Where a crash leaves the act, after the next start: the table of docs/lifecycle/act.md.</summary>
    private static readonly (Failpoint Point, ModelAct.Where Left)[] Crashes =
    [
        (Failpoint.BeforeDecided, ModelAct.Where.Nowhere),
        (Failpoint.Decided, ModelAct.Where.Decided),
        (Failpoint.FirstPrepared, ModelAct.Where.Done),
        (Failpoint.AllPrepared, ModelAct.Where.Done),
        (Failpoint.Committed, ModelAct.Where.Done),
        (Failpoint.FirstConfirmed, ModelAct.Where.Done),
        (Failpoint.AllConfirmed, ModelAct.Where.Done),
        (Failpoint.CompletionDone, ModelAct.Where.Done),
        (Failpoint.Completed, ModelAct.Where.Done),
    ];

    private enum Step
    {
        Change,
        DecideOnAnOldVersion,
        TwoDesksAtOnce,
        RegisterFailsToPrepare,
        RegisterFailsToConfirm,
        RegisterPreparesLate,
        RegisterConfirmsLate,
        CardIsSilent,
        CrashInAnAct,
        CrashInARefusal,
        TakeUp,
        Drop,
    }

    [Fact]
    public async Task The_coordinator_behaves_as_the_model_on_every_history()
    {
        var steps = Gen.Select(Gen.Enum<Step>(), Gen.Int[1, Residents], Gen.Int[0, Crashes.Length - 1]);
        await steps.Array[1, LongestWalk].SampleAsync(Follow, iter: Thoroughness.Walks, threads: 1);
    }

    private static async Task Follow((Step Step, int Person, int Choice)[] walk)
    {
        await using var office = await ModelOffice.Open(Residents);
        var model = new CoordinatorModel();
        foreach (var (step, person, choice) in walk)
        {
            await Take(office, model, step, person, choice);
            await Compare(office, model);
        }
        await office.Crash();
        model.Recover();
        foreach (var open in model.Open().ToList())
        {
            Assert.Equal(RefusalCode.DraftExpired,
                Assert.IsType<CommitOutcome.Refused>(await office.Coordinator.Drop(open.Act.Header.Act)).Code);
            open.Stands = ModelAct.Where.Nowhere;
        }
        await Compare(office, model);
        await office.VerifyStores(model.Happened());
    }

    private static async Task Take(ModelOffice office, CoordinatorModel model, Step step, int person, int choice)
    {
        // With another act of the person half way, or asked about a draft, every act is answered alike.
        var free = model.Blocking(person) is null;
        var act = await office.Move(person, desk: choice + 1);
        switch (step)
        {
            case Step.RegisterFailsToPrepare when free:
                Waits(await office.CommitFailing(act, Failpoint.PrepareSent), ActStage.Decided,
                    RefusalCode.RegisterUnreachable);
                model.Add(act, person, ModelAct.Where.Prepared);
                break;
            case Step.RegisterFailsToConfirm when free:
                Waits(await office.CommitFailing(act, Failpoint.ConfirmSent), ActStage.Committed,
                    RefusalCode.RegisterUnreachable);
                model.Add(act, person, ModelAct.Where.HalfConfirmed);
                break;
            case Step.RegisterPreparesLate when free:
                Waits(await office.CommitLate(act, Failpoint.PrepareSent, Failpoint.FirstPrepared),
                    ActStage.Decided, RefusalCode.RegisterLate);
                model.Add(act, person, ModelAct.Where.Prepared);
                break;
            case Step.RegisterConfirmsLate when free:
                Waits(await office.CommitLate(act, Failpoint.ConfirmSent, Failpoint.FirstConfirmed),
                    ActStage.Committed, RefusalCode.RegisterLate);
                model.Add(act, person, ModelAct.Where.Confirmed);
                break;
            case Step.CardIsSilent when free:
                Waits(await office.CommitWithoutCard(act), ActStage.Confirmed, RefusalCode.CardSilent);
                model.Add(act, person, ModelAct.Where.Confirmed);
                break;
            case Step.CrashInAnAct when free:
                await office.CrashAt(Crashes[choice].Point, act);
                model.Recover();
                model.Add(act, person, Crashes[choice].Left);
                break;
            case Step.CrashInARefusal when free:
                await office.CrashAt(
                    choice % 2 == 0 ? Failpoint.Cancelling : Failpoint.FirstCancelled, ModelOffice.Stale(act));
                model.Recover();
                break;
            case Step.DecideOnAnOldVersion:
                CoordinatorModel.Expect(
                    model.ToCommit(person, stale: true), await office.Commit(ModelOffice.Stale(act)));
                break;
            case Step.TwoDesksAtOnce:
                await TwoDesks(office, model, person, act, await office.Move(person, desk: choice + 2));
                break;
            case Step.TakeUp when model.OpenOf(person, choice) is { } open:
                var expected = model.ToTakeUp(open);
                CoordinatorModel.Expect(expected, await office.Coordinator.TakeUp(open.Act.Header.Act));
                open.Stands = expected.Refusal is null ? ModelAct.Where.Done : ModelAct.Where.Nowhere;
                break;
            case Step.Drop when model.OpenOf(person, choice) is { } open:
                var answer = open.HasHappened ? default : new Expected(RefusalCode.DraftExpired, null);
                CoordinatorModel.Expect(answer, await office.Coordinator.Drop(open.Act.Header.Act));
                open.Stands = open.HasHappened ? ModelAct.Where.Done : ModelAct.Where.Nowhere;
                break;
            case Step.Change or Step.TakeUp or Step.Drop or Step.RegisterFailsToPrepare or Step.RegisterFailsToConfirm
                or Step.RegisterPreparesLate or Step.RegisterConfirmsLate or Step.CardIsSilent or Step.CrashInAnAct
                or Step.CrashInARefusal:
                var wanted = model.ToCommit(person, stale: false);
                CoordinatorModel.Expect(wanted, await office.Commit(act));
                if (wanted.Refusal is null) model.Add(act, person, ModelAct.Where.Done);
                break;
        }
    }

    /// <summary>Of two acts decided on the same view exactly one happens; with a third half way, none.</summary>
    private static async Task TwoDesks(
        ModelOffice office, CoordinatorModel model, int person, DecidedAct one, DecidedAct other)
    {
        var answers = await Task.WhenAll(
            Task.Run(() => office.Commit(one)), Task.Run(() => office.Commit(other)));
        var refused = answers.OfType<CommitOutcome.Refused>().ToList();
        Assert.All(refused, no => Assert.True(no.Code is RefusalCode.PersonBusy or RefusalCode.VersionChanged));
        Assert.Equal(model.Blocking(person) is null ? 1 : 2, refused.Count);
        if (refused.Count == 2) return;
        model.Add(answers[0] is CommitOutcome.Committed ? one : other, person, ModelAct.Where.Done);
    }

    private static async Task Compare(ModelOffice office, CoordinatorModel model)
    {
        for (var person = 1; person <= Residents; person++)
        {
            var seen = await office.See(person);
            Desks.RequireWhole(seen);
            var last = model.Happened(person).LastOrDefault();
            Assert.Equal(1 + model.Happened(person).Count(), seen.Residence!.Version);
            Assert.Equal(last?.Act.Residence[0].Record.Address ?? People.AddressOf("1-1 Kanda"),
                seen.Residence.Record.Address);
        }
        Assert.Equal(model.Open().Select(open => open.Act.Header.Act.Stored).Order(StringComparer.Ordinal),
            (await office.Coordinator.UnfinishedActs()).Select(open => open.Act.Stored).Order(StringComparer.Ordinal));
    }

    private static void Waits(CommitOutcome answer, ActStage stage, RefusalCode reason)
    {
        var act = Assert.IsType<CommitOutcome.Unfinished>(answer).Act;
        Assert.Equal((stage, (RefusalCode?)reason), (act.Stage, act.Reason));
    }
}
