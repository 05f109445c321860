using System.Security.Cryptography;
using System.Text;
using Musubi.Chip;
using Musubi.Chip.Applications.Eid;
using Musubi.Chip.Crypto;
using Musubi.Chip.CvCertificates;
using Musubi.Chip.Pace;
using Musubi.Chip.Tlv;

namespace Musubi.Tests.Chip.Eac;

/// <summary>PACE by the published worked examples, value by value and APDU by APDU: testkit/pace.</summary>
public sealed class WorkedExampleTests
{
    private static readonly Vector Icao = Vector.Read("icao-pace-gm-ecdh.json");
    private static readonly Vector Bsi = Vector.Read("bsi-pace.json");

    [Fact]
    public async Task The_reader_speaks_ICAO_example_G1_byte_for_byte()
    {
        var access = SecurityInfos.Parse(TlvWriter.Encode(0x31, w => w.WriteEncoded(Icao["paceInfo"].Bytes)));
        var card = new ScriptedCard(Icao["apdus"].Items.Select(step => (step["command"].Text, step["response"].Text)));
        var fresh = new ScriptedFreshness(
            [], [Icao["mapping"]["terminalPrivate"].Bytes, Icao["agreement"]["terminalPrivate"].Bytes]);
        using var password = PacePassword.Mrz(Icao["mrzInformation"].Text);

        var outcome = await Pace.Establish(card, access, password, null, fresh, default);

        var channel = Assert.IsType<PaceOutcome.Established>(outcome).Channel;
        Assert.True(card.IsOver);
        Assert.Equal(Icao["agreement"]["chipPublic"].Bytes[1..33], channel.ChipName.ToArray());
        Assert.Null(channel.CurrentRoot);
    }

    [Fact]
    public async Task Reader_and_card_speak_the_BSI_example_with_every_published_value()
    {
        var card = BsiCard();
        var reader = new ScriptedFreshness(
            [], [Bsi["mapping"]["terminalPrivate"].Scalar, Bsi["agreement"]["terminalPrivate"].Scalar]);
        using var pin = PacePassword.Pin(Bsi["password"].Text);

        var outcome = await Pace.Establish(
            card, SecurityInfos.Parse(Bsi["efCardAccess"].Bytes), pin, null, reader, default);

        Assert.IsType<PaceOutcome.Established>(outcome);
        Assert.Equal(5, card.Wire.Count);
        Assert.Equal(Bsi["encryptedNonce"].Bytes, Value(card.Wire[1].Answer.Data, 0x80));
        Assert.Equal(Bsi["mapping"]["terminalPublic"].Bytes, Value(card.Wire[2].Command.Data, 0x81));
        Assert.Equal(Bsi["mapping"]["chipPublic"].Bytes, Value(card.Wire[2].Answer.Data, 0x82));
        Assert.Equal(Bsi["agreement"]["terminalPublic"].Bytes, Value(card.Wire[3].Command.Data, 0x83));
        Assert.Equal(Bsi["agreement"]["chipPublic"].Bytes, Value(card.Wire[3].Answer.Data, 0x84));
        Assert.Equal(Bsi["terminalToken"].Bytes, Value(card.Wire[4].Command.Data, 0x85));
        Assert.Equal(Bsi["chipToken"].Bytes, Value(card.Wire[4].Answer.Data, 0x86));
    }

    [Theory]
    [InlineData("icao-pace-gm-ecdh.json")]
    [InlineData("bsi-pace.json")]
    public void Password_key_nonce_session_keys_and_tokens_are_the_published_ones(string file)
    {
        var example = Vector.Read(file);
        using var password = example.Has("mrzInformation")
            ? PacePassword.Mrz(example["mrzInformation"].Text)
            : PacePassword.Pin(example["password"].Text);
        var key = password.DeriveKey(AesStrength.Aes128);
        Assert.Equal(example["kPi"].Bytes, key);
        Assert.Equal(example["nonce"].Bytes, PaceCryptography.DecryptNonce(key, example["encryptedNonce"].Bytes));
        Assert.Equal(example["encryptedNonce"].Bytes, PaceCryptography.EncryptNonce(key, example["nonce"].Bytes));

        var agreement = example["agreement"];
        using var keys = PaceCryptography.DeriveKeys(agreement["sharedSecretK"].Bytes, [], AesStrength.Aes128);
        Assert.Equal(example["ksEnc"].Bytes, keys.Encryption.ToArray());
        Assert.Equal(example["ksMac"].Bytes, keys.Mac.ToArray());
        var oid = example["oid"].Bytes;
        Assert.Equal(
            example["terminalToken"].Bytes, PaceCryptography.Token(keys, oid, agreement["chipPublic"].Bytes));
        Assert.Equal(
            example["chipToken"].Bytes, PaceCryptography.Token(keys, oid, agreement["terminalPublic"].Bytes));
    }

    [Fact]
    public void The_MRZ_password_and_the_token_inputs_of_G1_are_the_published_ones()
    {
        // ICAO 9303-11 §4.4 prescribes SHA-1 here.
        var information = Encoding.ASCII.GetBytes(Icao["mrzInformation"].Text);
        Assert.Equal(Icao["sha1MrzInformation"].Bytes, SHA1.HashData(information));
        using var cmac = new AesCmac(Icao["ksMac"].Bytes);
        Assert.True(cmac.Verify(Icao["tokenInput"]["forTerminalToken"].Bytes, Icao["terminalToken"].Bytes));
        Assert.True(cmac.Verify(Icao["tokenInput"]["forChipToken"].Bytes, Icao["chipToken"].Bytes));
    }

    private static LooseCard BsiCard() => new(
        new EacState
        {
            Pin = Encoding.ASCII.GetBytes(Bsi["password"].Text),
            ParametersId = Bsi["standardDomainParameters"].Number,
            CardAccess = Bsi["efCardAccess"].Bytes,
            Fresh = new ScriptedFreshness(
                [Bsi["nonce"].Bytes], [Bsi["mapping"]["chipPrivate"].Scalar, Bsi["agreement"]["chipPrivate"].Scalar]),
        },
        new EidState());

    private static byte[] Value(ReadOnlyMemory<byte> dynamic, uint tag) =>
        BerTlv.Read(dynamic).Children().Require(tag).Value.ToArray();
}
