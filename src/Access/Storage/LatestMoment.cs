using Musubi.Registers;

namespace Musubi.Access;

/// <summary>The latest moment that this house ever saw, kept across restarts: a clock that says much earlier was set
/// back, and what has ended would seem in force again.</summary>
public sealed class LatestMoment
{
    /// <summary>Clocks are corrected by some seconds all the time; certificates and entries count in days.</summary>
    public static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(5);

    /// <summary>How much later a moment must be to be worth a write.</summary>
    private static readonly TimeSpan Step = TimeSpan.FromMinutes(1);

    private readonly AccessStore store;
    private long latest;

    private LatestMoment(AccessStore store, long latest) => (this.store, this.latest) = (store, latest);

    public static async Task<LatestMoment> Open(AccessStore store)
    {
        ArgumentNullException.ThrowIfNull(store);
        return new(store, (await store.Read<long>("select latest from moment where id = 1")).FirstOrDefault());
    }

    /// <summary>False when the clock was set back. Otherwise the moment is kept, durable, before the answer.</summary>
    /// <exception cref="StoreException">It cannot be kept.</exception>
    public async ValueTask<bool> TryAdvance(DateTimeOffset now)
    {
        var (moment, known) = (now.ToUnixTimeMilliseconds(), Interlocked.Read(ref latest));
        if (moment < known - (long)Tolerance.TotalMilliseconds) return false;
        if (moment < known + (long)Step.TotalMilliseconds) return true;
        await store.Writer.Write(session => session.Execute(
            """
            insert into moment (id, latest) values (1, @moment)
            on conflict (id) do update
            set latest = case when moment.latest < @moment then @moment else moment.latest end
            """, new { moment }));
        Interlocked.CompareExchange(ref latest, moment, known);
        return true;
    }
}
