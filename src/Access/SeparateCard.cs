using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Musubi.Chip;
using Musubi.Chip.Applications;
using Musubi.Chip.Applications.Jpki;
using Musubi.Chip.Applications.Residence;
using Musubi.Chip.Applications.Text;
using Musubi.Vocabulary;

namespace Musubi.Access;

/// <summary>Whose signatures are believed on a separate card.</summary>
public sealed record CardTrust(ResidenceTrust Residence, X509Certificate2 Authentication, RSA TextRoot);

/// <summary>What a separate card gives to whoever holds the number printed on it, and whether its issuer signed it
/// (passive authentication). It says nothing about the card's validity: the register does.</summary>
public static class SeparateCard
{
    /// <summary>The residence card 05 or 06, or the residence side of a specified card, with its printed
    /// number.</summary>
    /// <exception cref="CardChannelException">The card is gone.</exception>
    public static async Task<(ResidenceCardReading? Reading, RefusalCode? Why)> Residence(
        ICardChannel card, ResidenceCardNumber printed, ResidenceTrust trust,
        IProgress<ReadingProgress>? progress = null, CancellationToken cancel = default)
    {
        var outcome = await ResidenceCardReader.Read(card, printed.Stored, trust, progress, cancel);
        if (outcome is ResidenceReadOutcome.Failed { Reason: ResidenceReadFailure.NotThisKindOfCard })
            return (null, await HasNumberSide(card, cancel)
                ? RefusalCode.NumberOfOtherCard : RefusalCode.ForeignCard);
        if (outcome is ResidenceReadOutcome.Failed failed) return (null, Code(failed.Reason));
        var reading = ((ResidenceReadOutcome.Complete)outcome).Reading;
        return reading.Signature is SignatureVerdict.Genuine ? (reading, null) : (null, Code(reading.Signature));
    }

    /// <summary>The four attributes of a My Number card, with number B (from birth date, year of expiry and security
    /// code, all printed), and the serial of its authentication certificate. My Number itself is not read.</summary>
    /// <exception cref="CardChannelException">The card is gone.</exception>
    public static async Task<(NumberCardReading? Reading, Refusal? Why)> Number(
        ICardChannel card, string numberB, RSA textRoot, CancellationToken cancel = default)
    {
        var read = await TextApplication.ReadAttributesWithNumberB(card, numberB, textRoot, cancel);
        if (read.Pin.Result is PinResult.NotOnThisCard)
            return (null, new Refusal(await ResidenceCardReader.TypeOf(card, cancel) is null
                ? RefusalCode.ForeignCard : RefusalCode.NumberOfOtherCard));
        if (!read.Pin.IsAccepted) return (null, new Refusal(Code(read.Pin)));
        if (!read.Content.IsGiven) return (null, new Refusal(RefusalCode.CardUnreadable));
        if (!read.IsGenuine) return (null, new Refusal(RefusalCode.CardForged));
        var certificate = await JpkiCard.ReadAuthenticationCertificate(card, cancel);
        return certificate.IsGiven
            ? (new NumberCardReading(read.Content.Value, certificate.Value.SerialNumber), null)
            : (null, new Refusal(RefusalCode.CardUnreadable));
    }

    /// <summary>A card of another kind lies there: a separate one where six digits of a merged card were given, or the
    /// other way round.</summary>
    internal static async Task<bool> IsOfAnyKind(ICardChannel card, CancellationToken cancel) =>
        await ResidenceCardReader.TypeOf(card, cancel) is not null || await HasNumberSide(card, cancel);

    private static async Task<bool> HasNumberSide(ICardChannel card, CancellationToken cancel) =>
        (await JpkiCard.ReadAuthenticationCertificate(card, cancel)).IsGiven;

    private static RefusalCode Code(ResidenceReadFailure failure) => failure switch
    {
        ResidenceReadFailure.NotACardNumber => RefusalCode.InputNotUnderstood,
        ResidenceReadFailure.WrongNumber => RefusalCode.WrongCardNumber,
        ResidenceReadFailure.NotThisKindOfCard or ResidenceReadFailure.DeliveryKeyNeeded
            or ResidenceReadFailure.DeliveryKeyNotThisIssuers => RefusalCode.ForeignCard,
        ResidenceReadFailure.CardProofWrong => RefusalCode.CardForged,
        ResidenceReadFailure.Refused or ResidenceReadFailure.Malformed => RefusalCode.CardUnreadable,
    };

    private static RefusalCode Code(SignatureVerdict verdict) => verdict switch
    {
        SignatureVerdict.Genuine => throw new ArgumentException("A genuine card is no refusal.", nameof(verdict)),
        SignatureVerdict.NotSignedByIssuer or SignatureVerdict.SignerNotValidToday => RefusalCode.CardForged,
        SignatureVerdict.ForeignIssuer => RefusalCode.ForeignCard,
        SignatureVerdict.Unreadable => RefusalCode.CardUnreadable,
    };

    private static RefusalCode Code(PinVerdict verdict) => verdict.Result switch
    {
        PinResult.Accepted => throw new ArgumentException("An accepted number is no refusal.", nameof(verdict)),
        PinResult.Wrong => RefusalCode.WrongCardNumber,
        PinResult.Blocked => RefusalCode.PinBlocked,
        PinResult.NotOnThisCard => RefusalCode.ForeignCard,
    };
}

/// <summary>What a My Number card gave: the attributes that its issuer vouches for, and which plastic it is.</summary>
public sealed record NumberCardReading(TextAttributes Attributes, string CertificateSerial);
