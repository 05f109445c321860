using Musubi.Chip.Apdu;
using Musubi.Chip.Crypto;
using Musubi.Chip.SecureMessaging;
using Musubi.Chip.Tlv;

namespace Musubi.Fuzz;

/// <summary>
/// Both ends of a secure channel. The first byte chooses: data objects without the key are never accepted; with a right
/// MAC, as only a faulty peer makes them, they have a verdict; a command protected here is opened as the same.
/// </summary>
internal static class SecureMessagingTarget
{
    private const int MacLength = 8;
    private static readonly byte[] EncryptionKey = [.. Enumerable.Range(1, 16).Select(n => (byte)n)];
    private static readonly byte[] MacKey = [.. Enumerable.Range(17, 16).Select(n => (byte)n)];

    public static void Feed(byte[] input)
    {
        // Missing bytes are 0: AFL++ takes a first input that reaches nothing for a program without counting.
        var (mode, ins) = (input.ElementAtOrDefault(0) % 5, input.ElementAtOrDefault(1));
        var rest = input.AsMemory(Math.Min(2, input.Length));
        if (rest.Length > CommandApdu.MaximumDataLength - 16) return;
        switch (mode)
        {
            case 0:
                Unsigned(ins, rest);
                break;
            case 1:
                Signed(ins, rest, isCommand: true);
                break;
            case 2:
                Signed(ins, rest, isCommand: false);
                break;
            case 3:
                RoundTrip(rest.Span);
                break;
            default:
                AnswerRoundTrip(ins, rest);
                break;
        }
    }

    private static void Unsigned(byte ins, ReadOnlyMemory<byte> objects)
    {
        using var card = Session();
        BrokenPromiseException.Unless(
            card.TryOpenCommand(new CommandApdu(0x0C, ins, 0, 0, objects), out _) != SecureMessagingVerdict.Accepted,
            "Nothing is accepted without a MAC.");
        using var reader = Session();
        BrokenPromiseException.Unless(
            reader.TryOpenResponse(ins, new ResponseApdu(objects, StatusWord.Success), out _)
                != SecureMessagingVerdict.Accepted,
            "Nothing is accepted without a MAC.");
    }

    private static void Signed(byte ins, ReadOnlyMemory<byte> objects, bool isCommand)
    {
        byte[] header = isCommand ? [0x0C, ins, 0, 0] : [];
        var counter = new byte[16];
        counter[^1] = 1;
        using var cmac = new AesCmac(MacKey);
        var mac = new byte[MacLength];
        cmac.Compute([.. counter, .. Padded(header), .. Padded(objects.Span)], mac);
        var data = new TlvWriter().WriteEncoded(objects.Span).Write(0x8E, mac).ToArray();
        using var session = Session();
        if (isCommand) session.TryOpenCommand(new CommandApdu(0x0C, ins, 0, 0, data), out _);
        else session.TryOpenResponse(ins, new ResponseApdu(data, StatusWord.Success), out _);
    }

    private static void RoundTrip(ReadOnlySpan<byte> bytes)
    {
        if (!CommandApdu.TryRead(bytes, out var command) || SecureMessagingSession.IsProtected(command.Cla)
            || (command.Cla & 0x0C) != 0 || command.Data.Length > FuzzTarget.MaximumLength)
            return;
        using var reader = Session();
        using var card = Session();
        var wire = CommandApdu.Parse(reader.ProtectCommand(command).ToBytes());
        var verdict = card.TryOpenCommand(wire, out var opened);
        BrokenPromiseException.Unless(
            verdict == SecureMessagingVerdict.Accepted && command.Equals(opened),
            "A protected command is opened as the same.");
    }

    private static void AnswerRoundTrip(byte ins, ReadOnlyMemory<byte> bytes)
    {
        if (!ResponseApdu.TryRead(bytes.Span, out var answer)) return;
        using var card = Session();
        using var reader = Session();
        var verdict = reader.TryOpenResponse(ins, card.ProtectResponse(ins, answer), out var opened);
        BrokenPromiseException.Unless(
            verdict == SecureMessagingVerdict.Accepted && answer.Equals(opened),
            "A protected answer is opened as the same.");
    }

    private static byte[] Padded(ReadOnlySpan<byte> plain)
    {
        if (plain.IsEmpty) return [];
        var padded = new byte[Iso9797Padding.PaddedLength(plain.Length)];
        Iso9797Padding.Pad(plain, padded);
        return padded;
    }

    private static SecureMessagingSession Session()
    {
        using var keys = new SessionKeys([.. EncryptionKey], [.. MacKey]);
        return new SecureMessagingSession(keys);
    }
}
