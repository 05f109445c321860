using Musubi.Chip.Crypto;
using Musubi.Chip.Pace;

namespace Musubi.Tests.Chip.Eac;

/// <summary>The "fresh" secrets of a worked example, in their order.</summary>
internal sealed class ScriptedFreshness(byte[][] nonces, byte[][] scalars) : Freshness
{
    private readonly Queue<byte[]> nonces = new(nonces);
    private readonly Queue<byte[]> scalars = new(scalars);

    public override byte[] Nonce(int length)
    {
        var nonce = nonces.Dequeue();
        Assert.Equal(length, nonce.Length);
        return (byte[])nonce.Clone();
    }

    public override CurveKey Key(ICurve curve) => CurveKey.From(curve, (byte[])scalars.Dequeue().Clone());

    public override bool TryKey(ICurve curve, ReadOnlySpan<byte> generator, out CurveKey key) =>
        CurveKey.TryFrom(curve, (byte[])scalars.Dequeue().Clone(), generator, out key);
}

/// <summary>A card that knows one conversation by heart.</summary>
internal sealed class ScriptedCard(IEnumerable<(string Command, string Answer)> script) : Musubi.Chip.ICardChannel
{
    private readonly Queue<(string Command, string Answer)> script = new(script);

    public bool IsOver => script.Count == 0;

    public ValueTask<Musubi.Chip.Apdu.ResponseApdu> Transmit(
        Musubi.Chip.Apdu.CommandApdu command, CancellationToken cancel = default)
    {
        var (expected, answer) = script.Dequeue();
        Assert.Equal(expected, Convert.ToHexStringLower(command.ToBytes()));
        return ValueTask.FromResult(Musubi.Chip.Apdu.ResponseApdu.Parse(Convert.FromHexString(answer)));
    }
}
