using System.Buffers.Binary;
using System.Security.Cryptography;
using Musubi.Chip.Apdu;
using Musubi.Chip.Crypto;
using Musubi.Chip.Tlv;

namespace Musubi.Chip.SecureMessaging;

/// <summary>
/// One end of a secure channel (TR-03110-3 §F, ICAO 9303-11 §9.8): AES-CBC, CMAC of eight bytes and a send sequence
/// counter that both ends raise by one before every message. One object serves one direction pair of one channel.
/// </summary>
/// <remarks>
/// Data objects: 87 cryptogram with padding indicator (85 without, for odd instructions), 97 Le, 99 status, 8E MAC.
/// The MAC is checked in fixed time before anything is decrypted. Not for use by two threads.
/// </remarks>
public sealed class SecureMessagingSession : IDisposable
{
    private const int MacLength = 8;

    /// <summary>8E 08 and the MAC.</summary>
    private const int MacObjectLength = 2 + MacLength;

    private const int Block = AesCbc.Block;
    private const byte PaddedIndicator = 0x01;
    private static readonly byte[] ZeroBlock = new byte[Block];

    private readonly AesCbc aes;
    private readonly AesCmac cmac;
    private readonly bool answersCount;
    private UInt128 sendSequenceCounter;

    /// <summary>Takes the keys into use; the caller may dispose of them afterwards.</summary>
    /// <param name="keys">KSenc and KSmac.</param>
    /// <param name="sendSequenceCounter">The counter before the first message: zero after PACE and after CA.</param>
    /// <param name="answersCount">False where an answer has its command's number, as under a delivered key.</param>
    public SecureMessagingSession(
        SessionKeys keys, UInt128 sendSequenceCounter = default, bool answersCount = true)
    {
        this.answersCount = answersCount;
        aes = new AesCbc(keys.Encryption);
        cmac = new AesCmac(keys.Mac);
        this.sendSequenceCounter = sendSequenceCounter;
    }

    /// <summary>True for a class byte that announces secure messaging with an authenticated header: 0C, chained 1C, and
    /// 8C for commands that no ISO standard defines.</summary>
    public static bool IsProtected(byte cla) => (cla & 0x6C) == 0x0C;

    /// <summary>Reader: protects one command.</summary>
    public CommandApdu ProtectCommand(CommandApdu plain)
    {
        sendSequenceCounter++;
        var cla = (byte)(plain.Cla | 0x0C);
        ReadOnlySpan<byte> header = [cla, plain.Ins, plain.P1, plain.P2];
        ReadOnlySpan<byte> le = plain.Ne is { } ne ? TlvWriter.Encode(0x97, EncodeNe(ne, plain.IsExtended)) : [];
        // The answer always carries data objects, so something is always asked for.
        return new CommandApdu(cla, plain.Ins, plain.P1, plain.P2, Seal(header, plain.Ins, plain.Data.Span, le),
            plain.IsExtended ? CommandApdu.ExtendedNe : CommandApdu.ShortNe);
    }

    /// <summary>Card: checks and opens one command.</summary>
    /// <param name="wire">The command as received, class byte with 0C.</param>
    /// <param name="plain">The command inside, when the result is
    /// <see cref="SecureMessagingVerdict.Accepted"/>.</param>
    public SecureMessagingVerdict TryOpenCommand(CommandApdu wire, out CommandApdu? plain)
    {
        plain = null;
        sendSequenceCounter++;
        ReadOnlySpan<byte> header = [wire.Cla, wire.Ins, wire.P1, wire.P2];
        var verdict = Check(header, wire.Data, out var objects);
        if (verdict != SecureMessagingVerdict.Accepted) return verdict;
        if (objects.Status is not null) return SecureMessagingVerdict.ObjectIncorrect;
        int? ne = null;
        if (objects.Le is { } le && !TryDecodeNe(le.Span, out ne)) return SecureMessagingVerdict.ObjectIncorrect;
        // A short command takes a short answer, whatever the Le inside says.
        if (ne > CommandApdu.ShortNe && !wire.IsExtended) ne = CommandApdu.ShortNe;
        if (!TryDecrypt(wire.Ins, objects, out var data)) return SecureMessagingVerdict.ObjectIncorrect;
        plain = new CommandApdu((byte)(wire.Cla & ~0x0C), wire.Ins, wire.P1, wire.P2, data, ne);
        return SecureMessagingVerdict.Accepted;
    }

    /// <summary>Card: protects one answer.</summary>
    /// <param name="ins">The instruction answered: odd ones have a cryptogram without padding indicator.</param>
    /// <param name="plain">The answer.</param>
    public ResponseApdu ProtectResponse(byte ins, ResponseApdu plain)
    {
        if (answersCount) sendSequenceCounter++;
        ReadOnlySpan<byte> status = [0x99, 0x02, plain.Status.Sw1, plain.Status.Sw2];
        return new ResponseApdu(Seal([], ins, plain.Data.Span, status), plain.Status);
    }

    /// <summary>Reader: checks and opens one answer.</summary>
    /// <param name="ins">The instruction that was sent.</param>
    /// <param name="wire">The answer as received.</param>
    /// <param name="plain">The answer inside, when the result is accepted.</param>
    public SecureMessagingVerdict TryOpenResponse(byte ins, ResponseApdu wire, out ResponseApdu? plain)
    {
        plain = null;
        if (answersCount) sendSequenceCounter++;
        var verdict = Check([], wire.Data, out var objects);
        if (verdict != SecureMessagingVerdict.Accepted) return verdict;
        if (objects.Status is not { Length: 2 } status || objects.Le is not null)
            return SecureMessagingVerdict.ObjectIncorrect;
        var protectedStatus = new StatusWord(BinaryPrimitives.ReadUInt16BigEndian(status.Span));
        // The status outside the MAC is only a copy; one that differs was changed on the way.
        if (protectedStatus != wire.Status) return SecureMessagingVerdict.ObjectIncorrect;
        if (!TryDecrypt(ins, objects, out var data)) return SecureMessagingVerdict.ObjectIncorrect;
        plain = new ResponseApdu(data, protectedStatus);
        return SecureMessagingVerdict.Accepted;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        aes.Dispose();
        cmac.Dispose();
    }

    private SecureMessagingVerdict Check(ReadOnlySpan<byte> header, ReadOnlyMemory<byte> data, out Objects objects)
    {
        objects = default;
        if (!BerTlv.TryReadAll(data, out var level)) return SecureMessagingVerdict.ObjectIncorrect;
        if (level.IsEmpty || level[^1].Tag != 0x8E) return SecureMessagingVerdict.ObjectMissing;
        var mac = level[^1];
        if (mac.Value.Length != MacLength) return SecureMessagingVerdict.ObjectIncorrect;
        Span<byte> expected = stackalloc byte[MacLength];
        ComputeMac(header, data.Span[..^mac.Encoded.Length], expected);
        if (!CryptographicOperations.FixedTimeEquals(expected, mac.Value.Span))
            return SecureMessagingVerdict.ObjectIncorrect;

        foreach (var part in level[..^1])
        {
            var known = part.Tag switch
            {
                0x87 or 0x85 when objects.Cryptogram is null => objects with { Cryptogram = part },
                0x97 when objects.Le is null => objects with { Le = part.Value },
                0x99 when objects.Status is null => objects with { Status = part.Value },
                _ => (Objects?)null,
            };
            if (known is null) return SecureMessagingVerdict.ObjectIncorrect;
            objects = known.Value;
        }

        return SecureMessagingVerdict.Accepted;
    }

    /// <summary>The data objects of a message: cryptogram, then Le or status, then the MAC over header and
    /// both.</summary>
    private byte[] Seal(ReadOnlySpan<byte> header, byte ins, ReadOnlySpan<byte> plain, ReadOnlySpan<byte> last)
    {
        var cryptogram = plain.IsEmpty ? [] : Encrypt(ins, plain);
        var length = cryptogram.Length + last.Length;
        var objects = new byte[length + MacObjectLength];
        cryptogram.CopyTo(objects, 0);
        last.CopyTo(objects.AsSpan(cryptogram.Length));
        (objects[length], objects[length + 1]) = (0x8E, MacLength);
        ComputeMac(header, objects.AsSpan(0, length), objects.AsSpan(length + 2));
        return objects;
    }

    private byte[] Encrypt(byte ins, ReadOnlySpan<byte> plain)
    {
        var isOdd = IsOdd(ins);
        var indicator = isOdd ? 0 : 1;
        var value = new byte[indicator + Iso9797Padding.PaddedLength(plain.Length)];
        if (!isOdd) value[0] = PaddedIndicator;
        Iso9797Padding.Pad(plain, value.AsSpan(indicator));
        aes.Encrypt(InitialVector(), value, indicator, value.Length - indicator);
        return TlvWriter.Encode(isOdd ? 0x85u : 0x87u, value);
    }

    private bool TryDecrypt(byte ins, Objects objects, out ReadOnlyMemory<byte> plain)
    {
        plain = default;
        if (objects.Cryptogram is not { } cryptogram) return true;
        var odd = IsOdd(ins);
        if (cryptogram.Tag != (odd ? 0x85u : 0x87u)) return false;
        var value = cryptogram.Value.Span;
        if (!odd && (value.IsEmpty || value[0] != PaddedIndicator)) return false;
        var cipher = odd ? value : value[1..];
        if (cipher.IsEmpty || cipher.Length % Block != 0) return false;
        var opened = cipher.ToArray();
        aes.Decrypt(InitialVector(), opened, 0, opened.Length);
        if (!Iso9797Padding.TryUnpad(opened, out var length)) return false;
        plain = opened.AsMemory(0, length);
        return true;
    }

    /// <summary>IV = E(KSenc, SSC): one block of CBC with a zero IV is that block's encryption.</summary>
    private byte[] InitialVector()
    {
        var iv = new byte[Block];
        BinaryPrimitives.WriteUInt128BigEndian(iv, sendSequenceCounter);
        aes.Encrypt(ZeroBlock, iv, 0, Block);
        return iv;
    }

    private void ComputeMac(ReadOnlySpan<byte> header, ReadOnlySpan<byte> objects, Span<byte> mac)
    {
        var headerLength = header.IsEmpty ? 0 : Block;
        var objectsLength = objects.IsEmpty ? 0 : Iso9797Padding.PaddedLength(objects.Length);
        var message = new byte[Block + headerLength + objectsLength];
        BinaryPrimitives.WriteUInt128BigEndian(message, sendSequenceCounter);
        if (headerLength > 0) Iso9797Padding.Pad(header, message.AsSpan(Block, Block));
        if (objectsLength > 0) Iso9797Padding.Pad(objects, message.AsSpan(Block + headerLength));
        cmac.Compute(message, mac);
    }

    private static byte[] EncodeNe(int ne, bool extended) =>
        extended ? [(byte)(ne >> 8 & 0xFF), (byte)(ne & 0xFF)] : [(byte)(ne & 0xFF)];

    private static bool TryDecodeNe(ReadOnlySpan<byte> le, out int? ne)
    {
        ne = le.Length switch
        {
            1 => le[0] == 0 ? CommandApdu.ShortNe : le[0],
            2 => BinaryPrimitives.ReadUInt16BigEndian(le) is var wide && wide == 0 ? CommandApdu.ExtendedNe : wide,
            _ => null,
        };
        return ne is not null;
    }

    private static bool IsOdd(byte ins) => (ins & 1) == 1;

    private readonly record struct Objects(
        TlvObject? Cryptogram, ReadOnlyMemory<byte>? Le, ReadOnlyMemory<byte>? Status);
}

/// <summary>What an end of a secure channel found in a message.</summary>
public enum SecureMessagingVerdict
{
    /// <summary>The MAC is right and everything inside was read.</summary>
    Accepted,

    /// <summary>The MAC object is missing (status 6987).</summary>
    ObjectMissing,

    /// <summary>The MAC, the padding or an object is wrong (status 6988).</summary>
    ObjectIncorrect,
}
