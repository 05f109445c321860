using Musubi.TransparencyLog.Merkle;

namespace Musubi.Tests.TransparencyLog.Merkle;

/// <summary>The definitions of RFC 9162 §2.1.1, §2.1.3.1 and §2.1.4.1, word for word, recursive and slow.</summary>
internal static class ReferenceTree
{
    public static TreeHash Root(ReadOnlySpan<TreeHash> d)
    {
        if (d.Length == 0) return TreeHash.Empty;
        if (d.Length == 1) return d[0];
        var k = Split(d.Length);
        return TreeHash.Node(Root(d[..k]), Root(d[k..]));
    }

    public static TreeHash[] Path(int m, ReadOnlySpan<TreeHash> d)
    {
        if (d.Length == 1) return [];
        var k = Split(d.Length);
        return m < k ? [.. Path(m, d[..k]), Root(d[k..])] : [.. Path(m - k, d[k..]), Root(d[..k])];
    }

    public static TreeHash[] Proof(int m, ReadOnlySpan<TreeHash> d) => SubProof(m, d, isWhole: true);

    private static TreeHash[] SubProof(int m, ReadOnlySpan<TreeHash> d, bool isWhole)
    {
        if (m == d.Length) return isWhole ? [] : [Root(d)];
        var k = Split(d.Length);
        return m <= k
            ? [.. SubProof(m, d[..k], isWhole), Root(d[k..])]
            : [.. SubProof(m - k, d[k..], isWhole: false), Root(d[..k])];
    }

    private static int Split(int n)
    {
        var k = 1;
        while (2 * k < n) k *= 2;
        return k;
    }
}
