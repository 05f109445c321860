using System.Collections.Immutable;
using Musubi.Chip.Tlv;

namespace Musubi.Fuzz;

/// <summary>BER-TLV, all levels down: bounded, inside its input, and the two ways to read agree.</summary>
internal static class TlvTarget
{
    public static void Feed(byte[] input)
    {
        var isRead = BerTlv.TryReadAll(input, out var level);
        try
        {
            var again = BerTlv.ReadAll(input);
            BrokenPromiseException.Unless(isRead && again.Length == level.Length, "ReadAll and TryReadAll agree.");
            Descend(level, input.Length, depth: 1);
        }
        catch (TlvException)
        {
            BrokenPromiseException.Unless(!isRead, "ReadAll throws for what TryReadAll refuses.");
        }
        if (BerTlv.EncodedLength(input) is { } length && isRead && level.Length == 1)
            BrokenPromiseException.Unless(length == input.Length, "The announced length is the object's.");
    }

    private static void Descend(ImmutableArray<TlvObject> level, int room, int depth)
    {
        BrokenPromiseException.Unless(depth <= BerTlv.MaximumDepth + 1, "Objects nest no deeper than the bound.");
        BrokenPromiseException.Unless(level.Sum(one => one.Encoded.Length) == room, "Objects fill their level.");
        foreach (var one in level)
        {
            BrokenPromiseException.Unless(
                one.Encoded.Span.EndsWith(one.Value.Span), "An object's value is the end of its bytes.");
            if (one.IsConstructed && one.TryChildren(out var children)) Descend(children, one.Value.Length, depth + 1);
        }
    }
}
