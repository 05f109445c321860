using CsCheck;
using Musubi.Chip.Apdu;
using Musubi.Chip.SecureMessaging;
using Musubi.Chip.Tlv;

namespace Musubi.Tests.Chip.SecureMessaging;

/// <summary>Secure messaging by published samples, by property, and against someone in between.</summary>
public sealed class SecureMessagingTests
{
    [Fact]
    public void A_command_is_protected_as_in_the_sample()
    {
        var sample = Vector.Read("aes-command.json");
        using var reader = At(sample, sample["ssc"].Bytes);
        var protectedCommand = reader.ProtectCommand(CommandApdu.Parse(sample["plain"].Bytes));
        Assert.Equal(sample["protected"].Text, Convert.ToHexStringLower(protectedCommand.ToBytes()));

        using var card = At(sample, sample["ssc"].Bytes);
        Assert.Equal(SecureMessagingVerdict.Accepted, card.TryOpenCommand(protectedCommand, out var opened));
        Assert.Equal(sample["plain"].Text, Convert.ToHexStringLower(opened!.ToBytes()));
    }

    [Fact]
    public void An_answer_is_opened_as_in_the_sample()
    {
        var sample = Vector.Read("aes-answer.json");
        using var reader = At(sample, sample["ssc"].Bytes);
        var answer = ResponseApdu.Parse([.. sample["protected"].Bytes, .. StatusIfMissing(sample)]);
        Assert.Equal(SecureMessagingVerdict.Accepted, reader.TryOpenResponse(0xB0, answer, out var opened));
        Assert.Equal(sample["plainData"].Text, Convert.ToHexStringLower(opened!.Data.Span));
        Assert.Equal(sample["statusWord"].Text, opened.Status.ToString());
    }

    [Fact]
    public void Cryptogram_and_MAC_are_those_of_the_BSI_example()
    {
        var sample = Vector.Read("bsi-secure-messaging.json");
        using var reader = new SecureMessagingSession(Keys(sample));
        var plain = new CommandApdu(0x00, 0x22, 0x81, 0xB6, sample["encrypt"]["plaintext"].Bytes);
        var cryptogram = BerTlv.ReadAll(reader.ProtectCommand(plain).Data).Require(0x87).Value;
        Assert.Equal("01" + sample["encrypt"]["ciphertext"].Text, Convert.ToHexStringLower(cryptogram.Span));

        var (data, mac) = (sample["authenticate"]["data"].Bytes, sample["authenticate"]["mac"].Bytes);
        byte[] answer = [.. data, 0x8E, 8, .. mac, 0x90, 0];
        Assert.Equal(
            SecureMessagingVerdict.Accepted, reader.TryOpenResponse(0x22, ResponseApdu.Parse(answer), out _));
    }

    [Fact]
    public void Whatever_is_sent_arrives() =>
        Gen.Select(
                Gen.Byte, Gen.Byte.Array[0, 900],
                Gen.OneOf(Gen.Const((int?)null), Gen.Int[1, 65_536].Select(n => (int?)n)))
            .Sample((ins, data, ne) =>
            {
                var (reader, card) = Pair();
                using var first = reader;
                using var second = card;
                for (var round = 0; round < 3; round++)
                {
                    var command = new CommandApdu(0x00, ins, 0x12, 0x34, data, ne);
                    var wire = CommandApdu.Parse(reader.ProtectCommand(command).ToBytes());
                    Assert.Equal(SecureMessagingVerdict.Accepted, card.TryOpenCommand(wire, out var arrived));
                    Assert.Equal(command, arrived);
                    var answer = new ResponseApdu(data, StatusWord.Tries(2));
                    var back = ResponseApdu.Parse(card.ProtectResponse(ins, answer).ToBytes());
                    Assert.Equal(SecureMessagingVerdict.Accepted, reader.TryOpenResponse(ins, back, out var received));
                    Assert.Equal(answer, received);
                }
            });

    [Fact]
    public void One_changed_bit_anywhere_is_noticed()
    {
        var plain = new CommandApdu(0x00, 0xD6, 0x93, 0x00, new byte[20], 256);
        var (reader, first) = Pair();
        var wire = reader.ProtectCommand(plain).ToBytes();
        reader.Dispose();
        first.Dispose();
        for (var bit = 0; bit < wire.Length * 8; bit++)
        {
            var changed = (byte[])wire.Clone();
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            // The class byte's upper half and Le outside the objects are not under the MAC's protection as such:
            // a changed class byte is, because the header is; Le only says how long the answer may be.
            if (bit / 8 == wire.Length - 1 || !CommandApdu.TryRead(changed, out var command)) continue;
            var (_, card) = Pair();
            using var opened = card;
            Assert.NotEqual(SecureMessagingVerdict.Accepted, card.TryOpenCommand(command, out var plainAgain));
            Assert.Null(plainAgain);
        }
    }

    [Fact]
    public void A_replayed_command_is_refused()
    {
        var (reader, card) = Pair();
        using var first = reader;
        using var second = card;
        var wire = reader.ProtectCommand(new CommandApdu(0, 0x84, 0, 0, Ne: 8));
        Assert.Equal(SecureMessagingVerdict.Accepted, card.TryOpenCommand(wire, out _));
        card.ProtectResponse(0x84, ResponseApdu.Success());
        Assert.Equal(SecureMessagingVerdict.ObjectIncorrect, card.TryOpenCommand(wire, out _));
    }

    [Fact]
    public void A_command_without_a_MAC_lacks_an_object()
    {
        var (reader, card) = Pair();
        using var first = reader;
        using var second = card;
        var bare = new CommandApdu(0x0C, 0x84, 0, 0, TlvWriter.Encode(0x97, [8]), 256);
        Assert.Equal(SecureMessagingVerdict.ObjectMissing, card.TryOpenCommand(bare, out _));
    }

    [Fact]
    public void An_answer_whose_outer_status_was_changed_is_refused()
    {
        var (reader, card) = Pair();
        using var first = reader;
        using var second = card;
        Assert.Equal(
            SecureMessagingVerdict.Accepted,
            card.TryOpenCommand(reader.ProtectCommand(new CommandApdu(0, 0x82, 0, 0)), out _));
        var refused = card.ProtectResponse(0x82, new ResponseApdu(StatusWord.AuthenticationFailed));
        var forged = refused with { Status = StatusWord.Success };
        Assert.Equal(SecureMessagingVerdict.ObjectIncorrect, reader.TryOpenResponse(0x82, forged, out _));
    }

    private static (SecureMessagingSession Reader, SecureMessagingSession Card) Pair()
    {
        using var keys = new SessionKeys([.. Enumerable.Repeat((byte)1, 16)], [.. Enumerable.Repeat((byte)2, 16)]);
        return (new SecureMessagingSession(keys), new SecureMessagingSession(keys));
    }

    private static SessionKeys Keys(Vector sample) => new(sample["ksEnc"].Bytes, sample["ksMac"].Bytes);

    /// <summary>A session just before the message that the sample's counter belongs to.</summary>
    private static SecureMessagingSession At(Vector sample, byte[] counter) => new(
        Keys(sample), System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(counter) - 1);

    private static byte[] StatusIfMissing(Vector sample) =>
        sample["protected"].Text.EndsWith(sample["statusWord"].Text, StringComparison.Ordinal)
            ? []
            : sample["statusWord"].Bytes;
}
