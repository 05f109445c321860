using Musubi.Registers;
using Musubi.Vocabulary;

namespace Musubi.CrashHost;

/// <summary>Clerks at work: each takes a person, looks at the joined view, and changes both registers and often the
/// link. Some look at an old version on purpose, so that registers refuse in the middle of a prepare.</summary>
public sealed class Desks(Stores stores, Coordinator coordinator, int people, int seed)
{
    private const int StaleEvery = 7;

    /// <summary>Told of every answer that a desk was given.</summary>
    public Action<ActId, CommitOutcome>? OnAnswer { get; init; }

    public Task Work(int desks, int actsEach, CancellationToken cancel) =>
        Task.WhenAll(Enumerable.Range(1, desks).Select(desk => Task.Run(() => Desk(desk, actsEach, cancel), cancel)));

    /// <exception cref="InvalidOperationException">The view showed half of an act.</exception>
    public static void RequireWhole(JoinedPerson person)
    {
        var (residence, number) = (person.Residence!, person.Number!);
        var stamp = residence.Record.Address.Text;
        if (residence.Version != number.Version
            || !string.Equals(stamp, number.Record.Address.Text, StringComparison.Ordinal))
            throw new InvalidOperationException(
                $"Half an act in the view of {residence.Record.Id}: {residence.Version} and " +
                $"{number.Version}.");
        if (residence.Version > 1 && stamp.StartsWith("merged", StringComparison.Ordinal) != person.IsMerged)
            throw new InvalidOperationException(
                $"The link of {residence.Record.Id} is not of the act that the view shows.");
    }

    /// <summary>The residence register prepares it and the number register refuses.</summary>
    private static DecidedAct Stale(DecidedAct act) =>
        act with { Number = [act.Number[0] with { ExpectedVersion = act.Number[0].ExpectedVersion + 1 }] };

    private async Task Desk(int desk, int acts, CancellationToken cancel)
    {
        var random = new Random(HashCode.Combine(seed, desk));
        for (var i = 0; i < acts && !cancel.IsCancellationRequested; i++)
        {
            var person = await coordinator.View.ByResidence(People.ResidenceId(random.Next(1, people + 1)))
                ?? throw new InvalidOperationException("A person is gone.");
            RequireWhole(person);
            var act = People.Move(stores.Time, person, random.Next(3) == 0 ? null : !person.IsMerged, desk);
            if (random.Next(StaleEvery) == 0)
                act = Stale(act);
            OnAnswer?.Invoke(act.Header.Act, await coordinator.Commit(act, CancellationToken.None));
        }
    }
}
