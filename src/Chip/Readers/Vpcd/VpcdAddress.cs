using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Musubi.Chip.Readers.Vpcd;

/// <summary>Where vpcd listens for one slot.</summary>
/// <param name="Host">A name or address; an IPv6 address without brackets.</param>
/// <param name="Port">1 to 65,535.</param>
public readonly record struct VpcdAddress(string Host, int Port)
{
    /// <summary>The port of the first slot as vsmartcard-vpcd is packaged: 8C7B in hexadecimal.</summary>
    public const int DefaultPort = 35963;

    /// <summary>The first slot of this machine.</summary>
    public static readonly VpcdAddress Default = new("127.0.0.1", DefaultPort);

    /// <summary>The slot so many after this one: vpcd gives each the next port.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such port.</exception>
    public VpcdAddress Slot(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(index, ushort.MaxValue - Port);
        return this with { Port = Port + index };
    }

    /// <summary>Reads HOST:PORT or HOST; an IPv6 address stands in brackets.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out VpcdAddress? address)
    {
        address = null;
        ArgumentNullException.ThrowIfNull(text);
        var bracket = text.StartsWith('[') ? text.IndexOf(']', StringComparison.Ordinal) : -1;
        var colon = text.IndexOf(':', Math.Max(bracket, 0));
        var host = (colon < 0 ? text : text[..colon]).Trim('[', ']');
        var port = DefaultPort;
        if (colon >= 0 && !int.TryParse(
            text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out port))
            return false;
        if (host.Length == 0 || port is < 1 or > ushort.MaxValue) return false;
        address = new VpcdAddress(host, port);
        return true;
    }

    /// <summary>HOST:PORT.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{(Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]" : Host)}:{Port}");
}
