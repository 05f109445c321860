using Musubi.Chip.VirtualCards;

namespace Musubi.Tests.Chip;

/// <summary>Commands and answers as hexadecimal, the way specifications print them.</summary>
internal static class Wire
{
    public static string Send(this VirtualCard card, string command) =>
        Convert.ToHexStringLower(card.Process(Hex(command)));

    public static string Send(this VirtualCard card, params ReadOnlySpan<byte[]> parts)
    {
        var whole = new List<byte>();
        foreach (var part in parts) whole.AddRange(part);
        return Convert.ToHexStringLower(card.Process(whole.ToArray()));
    }

    public static byte[] Hex(string hex) => Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));
}
