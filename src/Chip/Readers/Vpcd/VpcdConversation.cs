using System.Buffers.Binary;
using System.Net.Sockets;
using System.Security.Cryptography;
using Musubi.Chip.Apdu;
using Musubi.Chip.VirtualCards;

namespace Musubi.Chip.Readers.Vpcd;

/// <summary>One connection between a virtual card and vpcd, from the card's side.</summary>
/// <remarks>
/// Each message is two bytes of length, most significant first, then as many bytes.
/// | from the reader | means | answer |
/// | 00 (one byte) | power off | none |
/// | 01 (one byte) | power on | none |
/// | 02 (one byte) | reset | none |
/// | 04 (one byte) | what is your answer to reset? | the answer to reset |
/// | any other length | a command | data and status word |
/// Source: vsmartcard, virtualsmartcard/src/vpcd/vpcd.h.
/// </remarks>
internal static class VpcdConversation
{
    private const int LengthBytes = 2;
    private const byte PowerOff = 0x00;
    private const byte PowerOn = 0x01;
    private const byte Reset = 0x02;
    private const byte AskAtr = 0x04;

    // TCP_QUICKACK of Linux, which .NET has no name for.
    private const int TcpLevel = 6;
    private const int QuickAck = 12;
    private static readonly byte[] On = [1, 0, 0, 0];

    /// <summary>Answers until the reader hangs up.</summary>
    /// <param name="socket">Connected, without Nagle's delay.</param>
    /// <param name="card">Answers.</param>
    /// <param name="answered">Called after each answer.</param>
    /// <param name="cancel">Hangs up.</param>
    /// <exception cref="SocketException">The connection broke.</exception>
    public static async Task Run(Socket socket, VirtualCard card, Action answered, CancellationToken cancel)
    {
        var message = new byte[ushort.MaxValue];
        var answer = new byte[LengthBytes + ushort.MaxValue];
        while (await TryFill(socket, message.AsMemory(0, LengthBytes), cancel))
        {
            var length = BinaryPrimitives.ReadUInt16BigEndian(message);
            if (!await TryFill(socket, message.AsMemory(0, length), cancel)) return;
            var answerLength = Answer(card, message.AsSpan(0, length), answer);
            // It may have been a PIN.
            CryptographicOperations.ZeroMemory(message.AsSpan(0, length));
            if (answerLength is null) continue;
            // One write for length and bytes: two would wait for each other's acknowledgement.
            await socket.SendAsync(answer.AsMemory(0, answerLength.Value), cancel);
            answered();
        }
    }

    private static int? Answer(VirtualCard card, ReadOnlySpan<byte> message, Span<byte> answer)
    {
        if (message.Length != 1) return Frame(card.Process(message), answer);
        switch (message[0])
        {
            case AskAtr:
                return Frame(card.AnswerToReset.Span, answer);
            case PowerOff or PowerOn or Reset:
                // Each of them forgets what a session has proved. None is answered.
                card.Reset();
                return null;
            default:
                // A control that does not exist yet: the reader waits for no answer to any control but one.
                return null;
        }
    }

    private static int Frame(ReadOnlySpan<byte> content, Span<byte> answer)
    {
        // The two length bytes can name one byte less than an extended answer can have.
        if (content.Length > ushort.MaxValue) content = new ResponseApdu(StatusWord.WrongLength).ToBytes();
        BinaryPrimitives.WriteUInt16BigEndian(answer, (ushort)content.Length);
        content.CopyTo(answer[LengthBytes..]);
        return LengthBytes + content.Length;
    }

    /// <summary>False when the reader hung up.</summary>
    private static async ValueTask<bool> TryFill(Socket socket, Memory<byte> wanted, CancellationToken cancel)
    {
        while (!wanted.IsEmpty)
        {
            // vpcd writes length and bytes apart and so waits for our acknowledgement of the length, which the kernel
            // holds back for 40 ms unless told otherwise; it forgets after each receive.
            if (OperatingSystem.IsLinux()) socket.SetRawSocketOption(TcpLevel, QuickAck, On);
            var read = await socket.ReceiveAsync(wanted, cancel);
            if (read == 0) return false;
            wanted = wanted[read..];
        }
        return true;
    }
}
