using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using Musubi.Chip.Applications;
using Musubi.Chip.Applications.Eid;
using Musubi.Chip.Applications.Emrtd;
using Musubi.Chip.Applications.Jpki;
using Musubi.Chip.Applications.Residence;
using Musubi.Chip.Applications.Text;
using Musubi.Chip.Crypto;
using Musubi.Chip.VirtualCards;

namespace Musubi.Chip.Personalisation;

/// <summary>Makes card files: what a personalisation bureau does. Card keys are made here, on the new card.</summary>
/// <remarks>
/// Data is checked by the registers that it comes from; what cannot be on a card is our mistake and throws
/// <see cref="ArgumentException"/>. A card that exists is never overwritten.
/// </remarks>
public static class CardFiles
{
    /// <summary>Makes a residence card (05) or special permanent resident certificate (06).</summary>
    /// <exception cref="CardFileException">A file exists there, or the disk does not take it.</exception>
    public static void MakeResidence(string path, ResidenceCardData data, IssuerKeys keys)
    {
        if (data.Type.IsSpecified())
            throw new ArgumentException("07 and 08 have My Number functions too: MakeSpecified.", nameof(data));
        var file = new CardFile
        {
            Profile = CardProfile.Residence,
            Serial = data.CardNumber,
            IssuerKey = keys.CardKey(data.CardNumber),
            Residence = ResidenceOf(data, keys),
        };
        VirtualCard.Create(path, file).Dispose();
    }

    /// <summary>Makes a specified residence card (07) or specified special permanent resident certificate (08): the
    /// merged card as Japan issues it, as far as its specification is public. It has no eID application.</summary>
    /// <param name="path">Where.</param>
    /// <param name="data">What its residence application says, of type 07 or 08.</param>
    /// <param name="number">Its My Number functions; its serial is the plastic's.</param>
    /// <param name="keys">Who issues it.</param>
    /// <param name="pins">The holder's PINs.</param>
    /// <param name="pool">Keys made in advance; null makes them now (about 100 ms each).</param>
    /// <returns>The certificates' serials, for the register.</returns>
    /// <exception cref="CardFileException">A file exists there, or the disk does not take it.</exception>
    public static MadeCertificates MakeSpecified(
        string path, ResidenceCardData data, MyNumberCardData number, IssuerKeys keys, MyNumberPins pins,
        RsaKeyPool? pool = null)
    {
        if (!data.Type.IsSpecified())
            throw new ArgumentException("05 and 06 are cards of their own: MakeResidence.", nameof(data));
        var residence = ResidenceOf(data, keys);
        residence.DeliveryKey = keys.DeliveryKey();
        var (file, made) = NumberCard(CardProfile.Specified, number, keys, pins, pool);
        file.Residence = residence;
        VirtualCard.Create(path, file).Dispose();
        return made;
    }

    /// <summary>Makes a My Number card with JPKI and text application.</summary>
    /// <param name="path">Where.</param>
    /// <param name="data">What is on it.</param>
    /// <param name="keys">Who issues it.</param>
    /// <param name="pins">The holder's PINs.</param>
    /// <param name="pool">Keys made in advance; null makes them now (about 100 ms each).</param>
    /// <returns>The certificates' serials, for the register.</returns>
    /// <exception cref="CardFileException">A file exists there, or the disk does not take it.</exception>
    public static MadeCertificates MakeMyNumber(
        string path, MyNumberCardData data, IssuerKeys keys, MyNumberPins pins, RsaKeyPool? pool = null)
    {
        var (file, made) = NumberCard(CardProfile.MyNumber, data, keys, pins, pool);
        VirtualCard.Create(path, file).Dispose();
        return made;
    }

    /// <summary>Makes a merged card: eMRTD, eID, JPKI and text application on one chip.</summary>
    /// <param name="path">Where.</param>
    /// <param name="data">What is on it.</param>
    /// <param name="keys">Who issues it.</param>
    /// <param name="pins">The holder's secrets.</param>
    /// <param name="pool">Keys made in advance; null makes them now (about 100 ms each).</param>
    /// <returns>The JPKI certificates' serials, for the register.</returns>
    /// <exception cref="CardFileException">A file exists there, or the disk does not take it.</exception>
    public static MadeCertificates MakeMerged(
        string path, MergedCardData data, IssuerKeys keys, MergedPins pins, RsaKeyPool? pool = null)
    {
        RequireDigits(data.Can, MergedCardData.CanLength, "The CAN has six digits.");
        RequireDigits(pins.Pin, MergedPins.PinLength, "The PIN has six digits.");
        RequireDigits(pins.Puk, MergedPins.PukLength, "The PUK has ten digits.");
        var groups = new EidState();
        foreach (var (number, content) in data.Groups) groups.Groups[number] = EidGroup.Wrap(number, content.Span);
        var jpki = NumberCardFiles.JpkiOf(data.Number, keys, pins.Number, pool);
        var curve = DomainParameters.BrainpoolP256r1.Id;
        ReadOnlyMemory<byte>[] applications = [EmrtdFiles.Aid, EidGroup.Aid, JpkiFiles.Aid, TextFiles.Aid];
        var file = new CardFile
        {
            Profile = CardProfile.Merged,
            Serial = data.Number.Serial,
            IssuerKey = keys.CardKey(data.Number.Serial),
            Eac = EacPersonalisation.Create(
                new(pins.Pin, data.Can, pins.Puk, keys.EidRoot.Certificate, AesStrength.Aes128, curve, applications,
                    data.Travel.Mrz.KeySeed()),
                keys.DocumentSigner),
            Eid = groups,
            Emrtd = EmrtdState.Make(data.Travel, keys.DocumentSigner),
            Jpki = jpki,
            Text = NumberCardFiles.TextOf(data.Number, keys, pins.Number, pool),
        };
        VirtualCard.Create(path, file).Dispose();
        return NumberCardFiles.SerialsOf(jpki);
    }

    private static ResidenceState ResidenceOf(ResidenceCardData data, IssuerKeys keys)
    {
        if (!ResidenceSession.IsCardNumber(data.CardNumber))
            throw new ArgumentException("A card number has the form AA99999999AA.", nameof(data));
        RequireDigits(data.BirthDate, 8, "A birth date is YYYYMMDD.");
        var files = ResidenceContent.Files(data);
        files["Df3/0001"] = keys.ResidenceSigner.SignatureFile(files["Df1/0002"], files["Df1/0003"]);
        return new() { Type = data.Type, CardNumber = data.CardNumber, Files = files };
    }

    private static (CardFile File, MadeCertificates Made) NumberCard(
        CardProfile profile, MyNumberCardData data, IssuerKeys keys, MyNumberPins pins, RsaKeyPool? pool)
    {
        var jpki = NumberCardFiles.JpkiOf(data, keys, pins, pool);
        var text = NumberCardFiles.TextOf(data, keys, pins, pool);
        var file = new CardFile
        {
            Profile = profile,
            Serial = data.Serial,
            IssuerKey = keys.CardKey(data.Serial),
            Jpki = jpki,
            Text = text,
            Face = NumberCardFiles.FaceOf(data, keys, text.PresenceKey),
        };
        return (file, NumberCardFiles.SerialsOf(jpki));
    }

    private static void RequireDigits(string value, int length, string rule)
    {
        if (value.Length != length || !value.All(char.IsAsciiDigit)) throw new ArgumentException(rule, nameof(value));
    }
}
