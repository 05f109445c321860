using System.Collections.Concurrent;
using Musubi.Vocabulary;

namespace Musubi.Registers;

/// <summary>Why open acts wait and when they are tried again. It lives in memory: after a restart the count begins
/// anew, the acts themselves stand in the journal.</summary>
internal sealed class Troubles(TimeProvider time)
{
    private static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<ActId, Trouble> all = new();

    public Trouble? Of(ActId act) => all.TryGetValue(act, out var trouble) ? trouble : null;

    public void Forget(ActId act) => all.TryRemove(act, out _);

    /// <summary>Doubles the wait with every attempt, and stops by itself after the last.</summary>
    public void Note(ActId act, RefusalCode reason) => all.AddOrUpdate(act,
        _ => new(1, reason, time.GetUtcNow() + FirstWait),
        (_, before) => before.Attempts + 1 >= Coordinator.MaxAttempts
            ? new(before.Attempts + 1, reason, null)
            : new(before.Attempts + 1, reason, time.GetUtcNow() + Wait(before.Attempts)));

    public IReadOnlyList<ActId> Due()
    {
        var now = time.GetUtcNow();
        return [.. all.Where(pair => pair.Value.NextTry <= now).Select(pair => pair.Key)];
    }

    private static TimeSpan Wait(int attempts)
    {
        var wait = FirstWait * (1L << Math.Min(attempts, Coordinator.MaxAttempts));
        return wait < LongestWait ? wait : LongestWait;
    }
}

/// <param name="NextTry">Null: only when somebody takes it up.</param>
internal sealed record Trouble(int Attempts, RefusalCode Reason, DateTimeOffset? NextTry);
