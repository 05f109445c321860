using System.CommandLine.Parsing;
using System.Globalization;
using System.Net;
using Musubi.TransparencyLog.Notes;

namespace Musubi.Cli.Log;

/// <summary>What the verbs of <c>musubi log</c> read from their command line.</summary>
internal static class LogOptions
{
    public static void CheckName(OptionResult result, string option)
    {
        if (KeyName.TryRead(Text(result)) is null)
            result.AddError($"{option} takes a key name: up to {KeyName.MostBytes} bytes without space and plus sign.");
    }

    public static void CheckKeys(OptionResult result, string option)
    {
        foreach (var token in result.Tokens)
        {
            try
            {
                _ = NoteKey.Parse(token.Value);
            }
            catch (NoteException fault)
            {
                result.AddError($"{option} takes a vkey, name+id+key: {fault.Message}.");
            }
        }
    }

    public static void CheckAddress(OptionResult result, string option)
    {
        if (!result.Implicit && !TryAddress(Text(result), out _))
            result.AddError($"{option} takes ADDRESS:PORT, such as 127.0.0.1:7380.");
    }

    public static bool TryAddress(string text, out IPEndPoint address)
    {
        address = new IPEndPoint(IPAddress.Loopback, 0);
        var colon = text.LastIndexOf(':');
        if (colon < 0 || !IPAddress.TryParse(text[..colon], out var host)
            || !ushort.TryParse(text[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            || port == 0)
            return false;
        address = new IPEndPoint(host, port);
        return true;
    }

    /// <exception cref="IOException">It has more bytes, or cannot be read.</exception>
    public static byte[] ReadBounded(string path, int most) => new FileInfo(path).Length <= most
        ? File.ReadAllBytes(path)
        : throw new IOException(string.Create(CultureInfo.InvariantCulture, $"{path} has more than {most} bytes."));

    private static string Text(OptionResult result) => result.Tokens.Count > 0 ? result.Tokens[0].Value : "";
}
