namespace Musubi.Population;

/// <summary>Numbers drawn from a seed: the same on every machine and in every version of the runtime. Not for
/// secrets.</summary>
/// <remarks>SplitMix64 (Steele, Lea, Flood, 2014). Each person has a stream of their own, so a change to one person's
/// generation leaves all others as they were.</remarks>
internal struct Draw
{
    private const ulong Step = 0x9E3779B97F4A7C15;

    private ulong state;

    public Draw(long seed, long stream)
    {
        state = unchecked((ulong)seed * Step);
        state = unchecked(Next() ^ ((ulong)stream * 0xD1B54A32D192ED03));
    }

    public ulong Next()
    {
        unchecked
        {
            var z = state += Step;
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
            return z ^ (z >> 31);
        }
    }

    /// <summary>From 0 up to, but not including, 1.</summary>
    public double Unit() => (Next() >> 11) * (1.0 / (1UL << 53));

    /// <summary>From 0 to <paramref name="count"/> − 1.</summary>
    public int Below(int count) => (int)(Unit() * count);

    public int Between(int from, int to) => from + Below(to - from + 1);

    public bool Chance(double share) => Unit() < share;

    public T Of<T>(IReadOnlyList<T> items) => items[Below(items.Count)];

    /// <summary>Bell-shaped: the sum of six uniform draws, so that no mathematics library can differ in the last
    /// bit.</summary>
    public double Bell(double mean, double spread)
    {
        var sum = Unit() + Unit() + Unit() + Unit() + Unit() + Unit();
        // Six uniforms have mean 3 and standard deviation √½.
        return mean + ((sum - 3) * spread * 1.4142135623730951);
    }
}

/// <summary>Items drawn by weight.</summary>
internal sealed class Weighted<T>
{
    private readonly T[] items;
    private readonly double[] upTo;

    public Weighted(IEnumerable<(T Item, double Weight)> weighted)
    {
        var all = weighted.Where(pair => pair.Weight > 0).ToList();
        items = [.. all.Select(pair => pair.Item)];
        upTo = new double[items.Length];
        var sum = 0.0;
        for (var i = 0; i < upTo.Length; i++) upTo[i] = sum += all[i].Weight;
    }

    public T Draw(ref Draw draw)
    {
        var found = Array.BinarySearch(upTo, draw.Unit() * upTo[^1]);
        return items[Math.Min(found < 0 ? ~found : found + 1, items.Length - 1)];
    }
}
