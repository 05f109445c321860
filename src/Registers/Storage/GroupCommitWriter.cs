using System.Collections.Concurrent;
using System.Data.Common;

namespace Musubi.Registers;

/// <summary>Many writes, one transaction, one fsync; each is answered only after it. One thread owns the one connection
/// that writes, so writes to a store have a total order.</summary>
/// <remarks>A write runs again when its batch fails, so it must be idempotent: running it twice leaves what running it
/// once leaves. A failed commit may still turn up after a restart; the same rule covers it.</remarks>
public sealed class GroupCommitWriter : IAsyncDisposable
{
    /// <summary>Writes that may wait. Beyond it a desk is told at once that the store is overloaded.</summary>
    public const int QueueLimit = 4096;

    /// <summary>Writes in one transaction: enough for every desk, few enough that one batch stays under 100
    /// ms.</summary>
    public const int BatchLimit = 256;

    private readonly BlockingCollection<QueuedWrite> queue = new(QueueLimit);
    private readonly Database database;
    private readonly Failpoints failpoints;
    private readonly Task loop;
    private Session? session;
    private long commits;
    private volatile bool closed;

    internal GroupCommitWriter(OpenDatabase opened, Failpoints failpoints)
    {
        database = opened.Database;
        this.failpoints = failpoints;
        session = new Session(opened.Writer);
        loop = Task.Factory.StartNew(
            Run, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>Transactions committed since the start: each is one fsync of the log.</summary>
    public long Commits => Interlocked.Read(ref commits);

    /// <summary>Queues a write and answers once it is durable.</summary>
    /// <exception cref="StoreException">The store did not answer; the write may or may not be there.</exception>
    internal Task<T> Write<T>(Func<Session, T> work)
    {
        var write = new QueuedWrite<T>(work);
        try
        {
            if (!queue.TryAdd(write))
                throw new StoreException(StoreFault.QueueFull, $"{database.Store}: {QueueLimit} writes are waiting.");
        }
        catch (InvalidOperationException) when (closed)
        {
            throw new StoreException(StoreFault.Closed, $"{database.Store} is closed.");
        }
        return write.Answer;
    }

    /// <summary>Finishes what is queued and closes the connection.</summary>
    public async ValueTask DisposeAsync()
    {
        if (closed) return;
        closed = true;
        queue.CompleteAdding();
        await loop.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        queue.Dispose();
        session?.Dispose();
    }

    private void Run()
    {
        var batch = new List<QueuedWrite>(BatchLimit);
        foreach (var first in queue.GetConsumingEnumerable())
        {
            batch.Clear();
            batch.Add(first);
            while (batch.Count < BatchLimit && queue.TryTake(out var next)) batch.Add(next);
            if (Commit(batch) is null) continue;
            // One bad write must not take the others with it: each is tried once more, alone.
            foreach (var write in batch)
                if (Commit([write]) is { } error) write.Fail(Translate(error));
        }
    }

    /// <summary>All of them in one transaction, or the error and none of them answered.</summary>
    private Exception? Commit(List<QueuedWrite> batch)
    {
        try
        {
            session ??= new Session(database.OpenWriter());
            using (var transaction = session.Connection.BeginTransaction())
            {
                session.Transaction = transaction;
                foreach (var write in batch) write.Run(session);
                failpoints.OnWriterReached?.Invoke(Failpoint.InsideTransaction, database.Store);
                // Crash here: SQLite's log ends without a commit record, the transaction never was. Nobody was
                // answered.
                transaction.Commit();
            }
            Interlocked.Increment(ref commits);
        }
#pragma warning disable CA1031 // every error belongs to the writes of this batch and is given to them
        catch (Exception error)
#pragma warning restore CA1031
        {
            Reopen();
            return error;
        }
        failpoints.OnWriterReached?.Invoke(Failpoint.TransactionCommitted, database.Store);
        // Crash here: it is durable and nobody was answered. Whoever asks again finds it done.
        foreach (var write in batch) write.Succeed();
        return null;
    }

    /// <summary>After an error the connection's state is not known: a new one reads the truth from the file.</summary>
    private void Reopen()
    {
        try
        {
            session?.Dispose();
        }
        catch (DbException)
        {
            // Closing rolls back on a disk that fails; the next open recovers from the log in any case.
        }
        session = null;
    }

    private Exception Translate(Exception error) =>
        error is DbException broken && database.FaultOf(broken) is { } fault
            ? new StoreException(fault, $"{database.Store}: {broken.Message}", broken)
            : error;

    internal abstract class QueuedWrite
    {
        public abstract void Run(Session session);

        public abstract void Succeed();

        public abstract void Fail(Exception error);
    }

    private sealed class QueuedWrite<T>(Func<Session, T> work) : QueuedWrite
    {
        private readonly TaskCompletionSource<T> answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private T result = default!;

        public Task<T> Answer => answer.Task;

        public override void Run(Session session) => result = work(session);

        public override void Succeed() => answer.SetResult(result);

        public override void Fail(Exception error) => answer.SetException(error);
    }
}
