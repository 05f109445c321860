using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Time.Testing;
using Musubi.Chip;
using Musubi.Chip.Applications;
using Musubi.Chip.Applications.Issuer;
using Musubi.Chip.Applications.Jpki;
using Musubi.Chip.Readers.InProcess;
using Musubi.Chip.VirtualCards;

namespace Musubi.Tests.Chip.Jpki;

/// <summary>The JPKI application as a reader and a counter use it.</summary>
public sealed class JpkiCardTests : IDisposable
{
    private readonly DemoCards cards = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => cards.Dispose();

    [Fact]
    public async Task The_authentication_certificate_says_nothing_about_its_holder()
    {
        var read = await JpkiCard.ReadAuthenticationCertificate(DemoCards.Channel(cards.CopyMyNumber()), Cancel);
        using var certificate = read.Value;
        Assert.Matches("^(CN=[0-9A-Z]{23}, C=JP|C=JP, CN=[0-9A-Z]{23})$", certificate.Subject);
        Assert.Null(JpkiHolder.Of(certificate));
        Assert.Contains("JPKI for user authentication (demonstration)", certificate.Issuer, StringComparison.Ordinal);
        Assert.Equal(2048, certificate.PublicKey.GetRSAPublicKey()!.KeySize);
    }

    [Fact]
    public async Task The_signing_certificate_names_its_holder_after_the_password()
    {
        var channel = DemoCards.Channel(cards.CopyMyNumber());
        var refused = await JpkiCard.ReadSigningCertificate(channel, "WRONG1", Cancel);
        Assert.Equal(CardRefusal.NotPermitted, refused.Refusal);
        var read = await JpkiCard.ReadSigningCertificate(channel, DemoCards.SigningPin, Cancel);
        Assert.Equal(DemoCards.Holder, JpkiHolder.Of(read.Value));
    }

    [Fact]
    public async Task PIN_verdicts_count_down_to_blocked()
    {
        var channel = DemoCards.Channel(cards.CopyMyNumber());
        Assert.Equal(PinVerdict.Wrong(2), await JpkiCard.VerifyAuthenticationPin(channel, "0000", Cancel));
        Assert.Equal(PinVerdict.Wrong(1), await JpkiCard.VerifyAuthenticationPin(channel, "123", Cancel));
        Assert.Equal(PinVerdict.Blocked, await JpkiCard.VerifyAuthenticationPin(channel, "12345", Cancel));
        Assert.Equal(
            PinVerdict.Blocked, await JpkiCard.VerifyAuthenticationPin(channel, DemoCards.AuthenticationPin, Cancel));
        Assert.Equal((0, 5), (await JpkiCard.TriesLeft(channel, Cancel)).Value);
        Assert.Equal(PinVerdict.Accepted, await JpkiCard.VerifySigningPin(channel, DemoCards.SigningPin, Cancel));
    }

    [Fact]
    public async Task A_residence_card_has_no_JPKI()
    {
        var channel = DemoCards.Channel(cards.MakeResidence());
        Assert.Equal(PinVerdict.NotOnThisCard, await JpkiCard.VerifyAuthenticationPin(channel, "1234", Cancel));
        var read = await JpkiCard.ReadAuthenticationCertificate(channel, Cancel);
        Assert.Equal(CardRefusal.NoSuchApplication, read.Refusal);
    }

    [Fact]
    public async Task The_holder_is_proved_by_PIN_and_a_fresh_signature()
    {
        var card = cards.CopyMyNumber();
        var proof = await Prove(card);
        Assert.True(proof.IsProved);
        using var certificate = X509CertificateLoader.LoadCertificate(card.File.Jpki!.Authentication.Certificate);
        Assert.Equal(certificate.SerialNumber, proof.CertificateSerial);
    }

    [Fact]
    public async Task A_wrong_PIN_proves_nothing()
    {
        var proof = await Prove(cards.CopyMyNumber(), pin: "0000");
        Assert.Equal(new JpkiProof(PinVerdict.Wrong(2), SignatureOfCard.NotChecked, null), proof);
        Assert.False(proof.IsProved);
    }

    [Fact]
    public async Task A_copy_of_the_files_without_the_key_is_found_out()
    {
        var card = cards.CopyMyNumber();
        card.File.Jpki!.Authentication.Key = CardSigning.GenerateKey();
        Assert.Equal(SignatureOfCard.NotByThisKey, (await Prove(card)).Signature);
    }

    [Fact]
    public async Task A_certificate_of_somebody_else_is_foreign()
    {
        var proof = await Prove(cards.CopyMyNumber(), authority: DemoCards.Keys.SigningAuthority.Certificate);
        Assert.Equal(SignatureOfCard.ForeignIssuer, proof.Signature);
    }

    [Theory]
    [InlineData(2026, 10, 31)]
    [InlineData(2031, 2, 18)]
    public async Task A_certificate_outside_its_validity_proves_nothing(int year, int month, int day)
    {
        var clock = new FakeTimeProvider(new(year, month, day, 12, 0, 0, TimeSpan.Zero));
        var proof = await Prove(cards.CopyMyNumber(), clock: clock);
        Assert.Equal(SignatureOfCard.CertificateNotValidToday, proof.Signature);
    }

    [Fact]
    public async Task Holders_change_their_PINs_knowing_the_old_one()
    {
        var channel = DemoCards.Channel(cards.CopyMyNumber());
        var wrong = await JpkiCard.ChangeAuthenticationPin(channel, "0000", "9999", Cancel);
        Assert.Equal(PinVerdict.Wrong(2), wrong.Value);
        var letters = await JpkiCard.ChangeAuthenticationPin(channel, "1234", "12A4", Cancel);
        Assert.Equal(CardRefusal.Refused, letters.Refusal);
        var changed = await JpkiCard.ChangeAuthenticationPin(channel, "1234", "9999", Cancel);
        Assert.Equal(PinVerdict.Accepted, changed.Value);
        Assert.Equal(PinVerdict.Accepted, await JpkiCard.VerifyAuthenticationPin(channel, "9999", Cancel));
        var lowerCase = await JpkiCard.ChangeSigningPin(channel, "ABC123", "abc123", Cancel);
        Assert.Equal(CardRefusal.Refused, lowerCase.Refusal);
        var password = await JpkiCard.ChangeSigningPin(channel, "ABC123", "Z9Z9Z9", Cancel);
        Assert.Equal(PinVerdict.Accepted, password.Value);
    }

    [Fact]
    public async Task A_blocked_PIN_is_reset_at_the_counter()
    {
        var channel = DemoCards.Channel(cards.CopyMyNumber());
        for (var i = 0; i < 3; i++) await JpkiCard.VerifyAuthenticationPin(channel, "0000", Cancel);
        using var issuer = Issuer(channel);
        var reset = await JpkiCounter.ResetPin(channel, issuer, JpkiKey.Authentication, "4321", Cancel);
        Assert.True(reset.IsGiven);
        Assert.Equal(PinVerdict.Accepted, await JpkiCard.VerifyAuthenticationPin(channel, "4321", Cancel));
        Assert.Equal((3, 5), (await JpkiCard.TriesLeft(channel, Cancel)).Value);
    }

    [Fact]
    public async Task A_move_replaces_the_signing_certificate_and_its_key()
    {
        var card = cards.CopyMyNumber();
        var channel = DemoCards.Channel(card);
        var before = card.File.Jpki!.Signing.Key;
        var moved = DemoCards.Holder with { Address = "大阪府大阪市北区梅田１－１" };
        using var issuer = Issuer(channel);
        var replaced = await JpkiCounter.Replace(channel, issuer, JpkiKey.Signing, key => Certify(key, moved), Cancel);
        var read = await JpkiCard.ReadSigningCertificate(channel, DemoCards.SigningPin, Cancel);
        Assert.Equal(replaced.Value.RawData, read.Value.RawData);
        Assert.Equal(moved, JpkiHolder.Of(read.Value));
        Assert.NotEqual(before, card.File.Jpki.Signing.Key);
        Assert.Empty(card.File.Jpki.Signing.StagedKey);
        var hash = SHA256.HashData("after the move"u8);
        var signature = await JpkiCard.SignDocument(channel, DemoCards.SigningPin, hash, Cancel);
        using var key = read.Value.GetRSAPublicKey()!;
        Assert.True(key.VerifyHash(hash, signature.Value.Span, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task A_card_pulled_before_the_certificate_arrives_keeps_its_old_pair(int commands)
    {
        var card = cards.CopyMyNumber();
        var before = card.File.Jpki!.Signing.Certificate;
        var reader = new InProcessReader("desk");
        reader.Insert(card);
        var channel = reader.Connect();
        reader.FailAfter(commands);
        using var issuer = Issuer(channel);
        await Assert.ThrowsAsync<CardChannelException>(async () => await JpkiCounter.Replace(
            channel, issuer, JpkiKey.Signing, key => Certify(key, DemoCards.Holder), Cancel));
        var again = DemoCards.Channel(card);
        var read = await JpkiCard.ReadSigningCertificate(again, DemoCards.SigningPin, Cancel);
        Assert.Equal(before, read.Value.RawData);
        Assert.True((await JpkiCard.SignDocument(again, DemoCards.SigningPin, SHA256.HashData([]), Cancel)).IsGiven);
    }

    [Fact]
    public async Task A_certificate_for_another_key_is_not_taken()
    {
        var channel = DemoCards.Channel(cards.CopyMyNumber());
        using var issuer = Issuer(channel);
        var other = CardSigning.PublicKeyOf(CardSigning.GenerateKey());
        var replaced = await JpkiCounter.Replace(
            channel, issuer, JpkiKey.Signing, _ => Certify(other, DemoCards.Holder), Cancel);
        Assert.Equal(CardRefusal.Refused, replaced.Refusal);
    }

    [Fact]
    public async Task Removing_a_certificate_takes_its_key_along()
    {
        var card = cards.CopyMyNumber();
        var channel = DemoCards.Channel(card);
        using var issuer = Issuer(channel);
        Assert.True((await JpkiCounter.Remove(channel, issuer, JpkiKey.Signing, Cancel)).IsGiven);
        var read = await JpkiCard.ReadSigningCertificate(channel, DemoCards.SigningPin, Cancel);
        Assert.Equal(CardRefusal.NoSuchFile, read.Refusal);
        Assert.Empty(card.File.Jpki!.Signing.Key);
    }

    [Fact]
    public async Task A_counter_with_another_cards_key_changes_nothing()
    {
        var channel = DemoCards.Channel(cards.CopyMyNumber());
        using var issuer = new IssuerChannel(channel, DemoCards.Keys.CardKey("another card"));
        var reset = await JpkiCounter.ResetPin(channel, issuer, JpkiKey.Authentication, "4321", Cancel);
        Assert.Equal(CardRefusal.NotPermitted, reset.Refusal);
        Assert.Equal(PinVerdict.Accepted, await JpkiCard.VerifyAuthenticationPin(channel, "1234", Cancel));
    }

    private static ValueTask<JpkiProof> Prove(
        VirtualCard card, string pin = DemoCards.AuthenticationPin,
        X509Certificate2? authority = null, TimeProvider? clock = null) => JpkiCard.ProveHolder(
            DemoCards.Channel(card),
            pin,
            authority ?? DemoCards.Keys.AuthenticationAuthority.Certificate,
            clock ?? DemoCards.Clock,
            Cancel);

    private static X509Certificate2 Certify(ReadOnlyMemory<byte> key, JpkiHolder holder) =>
        DemoCards.Keys.SigningAuthority.IssueSigning(
            key, holder, DemoCards.NumberData.CertificatesFrom, DemoCards.NumberData.CertificatesUntil);

    private static IssuerChannel Issuer(ICardChannel channel) => new(channel, DemoCards.Keys.CardKey(DemoCards.Serial));
}
