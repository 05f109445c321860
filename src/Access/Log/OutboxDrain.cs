using Musubi.Registers;
using Musubi.TransparencyLog.Writing;

namespace Musubi.Access;

/// <summary>Takes the commitments from the outbox into the public log, in their order, and writes down where each
/// stands. Nobody at a desk waits for it.</summary>
/// <remarks>Both sides keep what they have answered, so a crash anywhere costs nothing: the outbox knows what it has
/// not seen in the log, and the log knows each entry by its nonce.</remarks>
internal sealed class OutboxDrain : IAsyncDisposable
{
    /// <summary>Commitments taken at once.</summary>
    private const int Most = Outbox.PageLimit;

    /// <summary>How long a commitment waits at most before anybody looks.</summary>
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(250);

    /// <summary>After a store or the log had no room, or did not answer.</summary>
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(2);

    private readonly Outbox outbox;
    private readonly LogWriter log;
    private readonly CancellationTokenSource closing = new();
    private readonly Task loop;

    public OutboxDrain(Outbox outbox, LogWriter log)
    {
        (this.outbox, this.log) = (outbox, log);
        loop = Task.Run(Run);
    }

    /// <summary>Takes one commitment, whoever comes first: the drain or a reading that waits for its receipt.</summary>
    public static Task<LogPlace> Take(LogWriter log, OutboxEntry entry) =>
        log.Append(AppendKey.Of(Convert.FromHexString(entry.Nonce)), Convert.FromHexString(entry.Hash));

    /// <summary>What ended it for good, or null: it works. Commitments wait in the outbox then.</summary>
    public Exception? StoppedBy => loop.Exception?.InnerException;

    public async ValueTask DisposeAsync()
    {
        await closing.CancelAsync();
        await loop.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        closing.Dispose();
    }

    private async Task Run()
    {
        while (!closing.IsCancellationRequested)
        {
            TimeSpan pause;
            try
            {
                pause = await Round() == Most ? TimeSpan.Zero : LookEvery;
            }
            catch (StoreException)
            {
                // The outbox keeps what it has; it is asked again.
                pause = RetryAfter;
            }
            catch (LogWriterException refused) when (refused.Fault is LogFault.DiskFull or LogFault.Overloaded)
            {
                // Nothing was taken; it waits where it is.
                pause = RetryAfter;
            }
            await Task.Delay(pause, closing.Token);
        }
    }

    /// <returns>How many commitments it has taken.</returns>
    private async Task<int> Round()
    {
        // 1. What the outbox has not seen in the log, in order.
        var waiting = await outbox.Unlogged(Most);
        if (waiting.Count == 0) return 0;
        // 2. Into the log. Crash here: some are taken and the outbox does not know; they are asked for again and have
        //    the same index.
        var places = await Task.WhenAll(waiting.Select(entry => Take(log, entry)));
        // 3. Until a checkpoint covers them. Crash here: the same.
        await log.Integrated(places.Max(place => place.Index), closing.Token);
        // 4. Where they stand. Crash before it is durable: the same. After it nobody asks again.
        await outbox.MarkLogged([.. waiting.Zip(places, (entry, place) => (entry.Sequence, place.Index))]);
        return waiting.Count;
    }
}
