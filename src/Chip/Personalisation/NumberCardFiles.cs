using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Musubi.Chip.Applications;
using Musubi.Chip.Applications.Face;
using Musubi.Chip.Applications.Jpki;
using Musubi.Chip.Applications.Text;

namespace Musubi.Chip.Personalisation;

/// <summary>The My Number functions of a new card: JPKI, text and face application.</summary>
internal static class NumberCardFiles
{
    public static JpkiState JpkiOf(MyNumberCardData data, IssuerKeys keys, MyNumberPins pins, RsaKeyPool? pool)
    {
        Require(pins.Authentication, ReferenceDataForm.FourDigits, "The authentication PIN has four digits.");
        Require(
            pins.Signing,
            ReferenceDataForm.SixToSixteenUpperAlphanumeric,
            "The signing password has six to sixteen upper-case letters and digits.");
        if (data.Serial.Length is 0 or > TokenInformation.SerialLength || !data.Serial.All(char.IsAscii))
            throw new ArgumentException("A card serial has one to sixteen ASCII characters.", nameof(data));
        return new()
        {
            Serial = data.Serial,
            AuthenticationPin = ReferenceDataState.Of(pins.Authentication, JpkiFiles.AuthenticationPinTries),
            SigningPin = ReferenceDataState.Of(pins.Signing, JpkiFiles.SigningPinTries),
            Authentication = PairOf(
                keys.AuthenticationAuthority,
                pool,
                publicKey => keys.AuthenticationAuthority.IssueAuthentication(
                    publicKey, data.CertificatesFrom, data.CertificatesUntil, data.AuthenticationSerial)),
            Signing = data.WithSigningCertificate
                ? PairOf(
                    keys.SigningAuthority,
                    pool,
                    publicKey => keys.SigningAuthority.IssueSigning(
                        publicKey, data.Holder, data.CertificatesFrom, data.CertificatesUntil, data.SigningSerial))
                : new() { Authority = keys.SigningAuthority.Certificate.RawData },
        };
    }

    /// <summary>The text application; its signing key is made here, its delivery key is the issuer's.</summary>
    public static TextState TextOf(MyNumberCardData data, IssuerKeys keys, MyNumberPins pins, RsaKeyPool? pool)
    {
        Require(pins.Text, ReferenceDataForm.FourDigits, "The text application's PIN has four digits.");
        var number = TextContent.MyNumberFile(data.MyNumber);
        var attributes = TextContent.AttributesFile(
            new(data.Holder.Name, data.Holder.Address, data.Holder.BirthDate, data.Holder.Sex));
        var presence = pool?.Take() ?? CardSigning.GenerateKey();
        return new()
        {
            MyNumber = number,
            Attributes = attributes,
            Integrity = TextContent.IntegrityFile(number, attributes, keys.TextSigner.Sign),
            Certificate = keys.TextSigner.Certificate.ToArray(),
            BasicInformation = TextContent.BasicInformationFile(),
            SignedKey = TextContent.SignedKeyFile(presence, keys.TextSigner.Sign),
            PresenceKey = presence,
            DeliveryKey = keys.DeliveryKey(),
            Pin = ReferenceDataState.Of(pins.Text, TextFiles.PinTries),
            NumberA = ReferenceDataState.Of(data.MyNumber, TextFiles.NumberTries),
            NumberB = ReferenceDataState.Of(NumberBOf(data), TextFiles.NumberTries),
        };
    }

    /// <summary>The face application. Its key is the text application's: one card proves one presence.</summary>
    public static FaceState FaceOf(MyNumberCardData data, IssuerKeys keys, byte[] presence)
    {
        var expiry = data.CardExpiry.ToString("yyyyMMdd", CultureInfo.InvariantCulture);
        var face = new CardFace(data.Holder.BirthDate, data.Holder.Sex, expiry, data.Pictures);
        return new()
        {
            AgeRecord = FaceContent.AgeFile(data.Holder.BirthDate, presence, keys.FaceSigner),
            CardFace = FaceContent.FaceFile(face, presence, keys.FaceSigner),
            BasicInformation = FaceContent.BasicInformationFile(data.Municipality),
            Certificate = keys.FaceSigner.Certificate.ToArray(),
            MyNumberImage = FaceContent.NumberFile(data.Pictures.MyNumber, presence, keys.FaceSigner),
            PresenceKey = presence,
            BirthDate = ReferenceDataState.Of(NumberB.BirthDate(data.Holder.BirthDate), FaceFiles.Tries),
            NumberB = ReferenceDataState.Of(NumberBOf(data), FaceFiles.Tries),
            NumberA = ReferenceDataState.Of(data.MyNumber, FaceFiles.Tries),
        };
    }

    /// <summary>The certificates' serials, for the register.</summary>
    public static MadeCertificates SerialsOf(JpkiState jpki) =>
        new(SerialOf(jpki.Authentication)!, SerialOf(jpki.Signing));

    private static string NumberBOf(MyNumberCardData data) =>
        NumberB.Of(data.Holder.BirthDate, data.CardExpiry.Year, data.SecurityCode);

    private static string? SerialOf(JpkiKeyState pair)
    {
        if (!pair.HasCertificate) return null;
        using var certificate = X509CertificateLoader.LoadCertificate(pair.Certificate);
        return certificate.SerialNumber;
    }

    private static JpkiKeyState PairOf(
        JpkiAuthority authority, RsaKeyPool? pool, Func<ReadOnlyMemory<byte>, X509Certificate2> certify)
    {
        var key = pool?.Take() ?? CardSigning.GenerateKey();
        using var certificate = certify(CardSigning.PublicKeyOf(key));
        return new() { Key = key, Certificate = certificate.RawData, Authority = authority.Certificate.RawData };
    }

    private static void Require(string value, ReferenceDataForm form, string rule)
    {
        var fits = ReferenceData.Fits(Encoding.ASCII.GetBytes(value), form);
        if (!fits) throw new ArgumentException(rule, nameof(value));
    }
}
