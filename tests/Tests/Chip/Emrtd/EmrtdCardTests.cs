using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Musubi.Chip;
using Musubi.Chip.Apdu;
using Musubi.Chip.Applications.Emrtd;
using Musubi.Chip.PassiveAuthentication;
using Musubi.Chip.SecureMessaging;
using Musubi.Chip.VirtualCards;

namespace Musubi.Tests.Chip.Emrtd;

public sealed class EmrtdCardTests : IDisposable
{
    private static readonly DateTimeOffset Made = new(2026, 6, 14, 0, 0, 0, TimeSpan.Zero);
    private static readonly ImmutableArray<byte> Face = [0xFF, 0xD8, .. new byte[3000], 0xFF, 0xD9];
    private readonly X509Certificate2 country;
    private readonly EmrtdState state;
    private readonly CardSession session = new();
    private readonly EmrtdApplet applet;

    public EmrtdCardTests()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Country", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 0, true));
        country = request.CreateSelfSigned(Made, Made.AddYears(13));
        using var signerKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var issued = new CertificateRequest("CN=Signer", signerKey, HashAlgorithmName.SHA256)
            .Create(country, Made, Made.AddYears(10), [1]);
        using var withKey = issued.CopyWithPrivateKey(signerKey);
        using var signer = new DocumentSigner(withKey);
        state = EmrtdState.Make(new EmrtdData(Zone, new EmrtdFace(Face, 120, 160)), signer);
        applet = new EmrtdApplet(state, session);
    }

    [Fact]
    public void Without_a_channel_nothing_is_read()
    {
        Assert.Equal(StatusWord.SecurityStatusNotSatisfied,
            applet.Process(new CommandApdu(0, EmrtdInstructions.Select, 2, 0x0C, (byte[])[0x01, 0x01])).Status);
        Assert.Equal(StatusWord.SecurityStatusNotSatisfied,
            applet.Process(new CommandApdu(0, EmrtdInstructions.ReadBinary, 0x81, 0, Ne: 256)).Status);
    }

    [Fact]
    public async Task Through_a_channel_zone_and_face_come_back_as_made_and_are_genuine()
    {
        var reading = (await EmrtdReader.Read(Channel(), [country], Made.AddYears(1))).Value;
        Assert.Equal(Zone, reading.Mrz);
        Assert.Equal(Face.AsEnumerable(), reading.Face);
        Assert.Equal(SignedContentVerdict.Genuine, reading.Verdict);
    }

    [Fact]
    public async Task A_face_that_was_exchanged_is_not_the_issuers()
    {
        state.Files["0102"][^3] ^= 0x01;
        var reading = (await EmrtdReader.Read(Channel(), [country], Made.AddYears(1))).Value;
        Assert.Equal(SignedContentVerdict.FileNotAsSigned, reading.Verdict);
    }

    [Fact]
    public async Task A_short_read_under_secure_messaging_gives_at_most_223_bytes()
    {
        var channel = Channel();
        await channel.Transmit(new CommandApdu(0, EmrtdInstructions.Select, 2, 0x0C, (byte[])[0x01, 0x02]));
        var answer = await channel.Transmit(new CommandApdu(0, EmrtdInstructions.ReadBinary, 0, 0,
            Ne: CommandApdu.ShortNe));
        Assert.Equal(223, answer.Data.Length);
        var end = (ushort)state.Files["0102"].Length;
        var past = await channel.Transmit(
            new CommandApdu(0, EmrtdInstructions.ReadBinary, (byte)(end >> 8), (byte)(end & 0xFF),
            Ne: CommandApdu.ShortNe));
        Assert.Equal(StatusWord.OffsetOutsideFile, past.Status);
    }

    public void Dispose() => country.Dispose();

    private static Td1Mrz Zone => new()
    {
        DocumentCode = "IR",
        IssuingState = "UTO",
        DocumentNumber = "AB12345678CD",
        BirthDate = "900102",
        Sex = 'F',
        ExpiryDate = "361231",
        Nationality = "UTO",
        PrimaryIdentifier = "NGUYEN",
        SecondaryIdentifier = "THI LAN",
    };

    /// <summary>A channel as PACE leaves it: the same fresh keys on both sides.</summary>
    private SecureChannel Channel()
    {
        var (encryption, mac) = (RandomNumberGenerator.GetBytes(16), RandomNumberGenerator.GetBytes(16));
        using var cardKeys = new SessionKeys(encryption, mac);
        using var readerKeys = new SessionKeys(encryption, mac);
        session.OpenAfterAnswer(new SecureMessagingSession(cardKeys));
        session.Process(new CommandApdu(0, 0x22, 0, 0), _ => ResponseApdu.Success());
        return new SecureChannel(new Wire(session, applet), new SecureMessagingSession(readerKeys));
    }

    private sealed class Wire(CardSession session, EmrtdApplet applet) : ICardChannel
    {
        public ValueTask<ResponseApdu> Transmit(CommandApdu command, CancellationToken cancel = default) =>
            ValueTask.FromResult(session.Process(command, plain => plain is { Ins: 0xA4, P1: 0x04 }
                ? plain.Data.Span.SequenceEqual(applet.Aid.Span) ? ResponseApdu.Success() : new(StatusWord.FileNotFound)
                : applet.Process(plain)));
    }
}
