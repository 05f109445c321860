using System.Collections.Concurrent;
using Musubi.Chip.Applications;

namespace Musubi.Chip.Personalisation;

/// <summary>RSA-2048 keys made in advance, because making one takes about a tenth of a second.</summary>
/// <remarks>Each key is given out once; an empty pool makes one on the spot. Safe for several threads.</remarks>
public sealed class RsaKeyPool
{
    /// <summary>More keys than this at once are a mistake: the demonstration needs a few dozen.</summary>
    public const int MaximumKeys = 10_000;

    private readonly ConcurrentBag<byte[]> keys = [];

    /// <summary>Keys ready.</summary>
    public int Count => keys.Count;

    /// <summary>Makes keys until so many are ready, on as many threads as given.</summary>
    public void Fill(int count, int threads = 1, CancellationToken cancel = default)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, MaximumKeys);
        var missing = Math.Max(0, count - keys.Count);
        var options = new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancel };
        Parallel.For(0, missing, options, _ => keys.Add(CardSigning.GenerateKey()));
    }

    /// <summary>One key, PKCS#8, never given out before.</summary>
    internal byte[] Take() => keys.TryTake(out var key) ? key : CardSigning.GenerateKey();
}
