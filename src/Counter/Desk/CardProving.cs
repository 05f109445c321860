using Musubi.Access;
using Musubi.Chip;
using Musubi.Chip.Applications;
using Musubi.Chip.Applications.Jpki;
using Musubi.Chip.Applications.Residence;
using Musubi.Chip.Applications.Text;
using Musubi.Registers;
using Musubi.Vocabulary;

namespace Musubi.Counter;

/// <summary>What was proved of a card on the reader, or why it was not.</summary>
internal abstract record Proved
{
    private Proved() { }

    public sealed record Residence(JoinedPerson Person, ResidenceCardRecord Card, CardPictures Pictures) : Proved;

    public sealed record Number(JoinedPerson Person, NumberCardRecord Card) : Proved;

    public sealed record Not(Refusal Why) : Proved;

    public static Not Because(RefusalCode code, int? triesLeft = null) => new(new Refusal(code, triesLeft));
}

/// <summary>Proves the cards that lie on the desk's reader: the residence card by its authority's signature, the number
/// side by PIN and a signature over a fresh challenge. The numbers come from the chips and are looked up in the
/// registers.</summary>
internal sealed class CardProving(People people, CardTrust trust, TimeProvider time)
{
    public async Task<Proved> Residence(
        ICardChannel card, ResidenceCardNumber printed, IProgress<ReadingProgress>? progress, CancellationToken cancel)
    {
        var (reading, why) = await SeparateCard.Residence(card, printed, trust.Residence, progress, cancel);
        if (reading is null) return Proved.Because(why!.Value);
        if (!ResidenceCardNumber.TryParse(reading.CardNumber, out var number) || number != printed)
            return Proved.Because(RefusalCode.CardForged);
        if (await people.ByResidenceCard(number) is not { Residence.Record: { } record } person)
            return Proved.Because(RefusalCode.CardUnknown);
        return new Proved.Residence(person, record.Cards.First(one => one.Number == number),
            new CardPictures(reading.Face));
    }

    /// <summary>A My Number card or the number side of a merged card.</summary>
    public async Task<Proved> Number(ICardChannel card, string pin, CancellationToken cancel)
    {
        var proof = await JpkiCard.ProveHolder(card, pin, trust.Authentication, time, cancel);
        if (!proof.Pin.IsAccepted) return Proved.Because(Code(proof.Pin), TriesLeft(proof.Pin));
        if (!proof.IsProved) return Proved.Because(Code(proof.Signature));
        var read = await TextApplication.ReadMyNumber(card, pin, trust.TextRoot, cancel);
        if (!read.Pin.IsAccepted) return Proved.Because(Code(read.Pin), TriesLeft(read.Pin));
        if (!read.Content.IsGiven) return Proved.Because(RefusalCode.CardUnreadable);
        if (!read.IsGenuine || !MyNumber.TryParse(read.Content.Value, out var number))
            return Proved.Because(RefusalCode.CardForged);
        if (await people.ByMyNumber(number) is not { Number.Record: { } record } person)
            return Proved.Because(RefusalCode.PersonUnknown);
        var row = record.Cards.LastOrDefault(one => one.HasCertificate(proof.CertificateSerial));
        return row is null ? Proved.Because(RefusalCode.CardUnknown) : new Proved.Number(person, row);
    }

    /// <summary>Which number or merged card lies there, by its authentication certificate; needs no PIN.</summary>
    public static async Task<string?> CertificateSerial(ICardChannel card, CancellationToken cancel)
    {
        var read = await JpkiCard.ReadAuthenticationCertificate(card, cancel);
        return read.IsGiven ? read.Value.SerialNumber : null;
    }

    public static int? TriesLeft(PinVerdict verdict) => verdict.Result is PinResult.Wrong ? verdict.TriesLeft : null;

    public static RefusalCode Code(PinVerdict verdict) => verdict.Result switch
    {
        PinResult.Accepted => throw new ArgumentException("An accepted PIN is no refusal.", nameof(verdict)),
        PinResult.Wrong => RefusalCode.WrongPin,
        PinResult.Blocked => RefusalCode.PinBlocked,
        PinResult.NotOnThisCard => RefusalCode.ForeignCard,
    };

    private static RefusalCode Code(SignatureOfCard signature) => signature switch
    {
        SignatureOfCard.Genuine => throw new ArgumentException("A genuine card is no refusal.", nameof(signature)),
        SignatureOfCard.ForeignIssuer => RefusalCode.ForeignCard,
        SignatureOfCard.CertificateNotValidToday => RefusalCode.CardExpired,
        SignatureOfCard.NotByThisKey => RefusalCode.CardForged,
        SignatureOfCard.NotChecked or SignatureOfCard.Unreadable => RefusalCode.CardUnreadable,
    };
}
