using Musubi.Chip.Apdu;
using Musubi.Chip.Applications.Jpki;
using Musubi.Chip.Applications.Residence;

namespace Musubi.Chip.Readers;

/// <summary>Tells cards apart by the applications that they have. Nothing secret is asked for.</summary>
public static class CardRecognition
{
    private static readonly byte[] EidName = [0xE8, 0x07, 0x04, 0x00, 0x7F, 0x00, 0x07, 0x03, 0x02];

    /// <summary>Asks the card. Afterwards another application may be selected: connect again before using it.</summary>
    /// <exception cref="CardChannelException">The card was pulled.</exception>
    public static async ValueTask<RecognisedCard> Recognise(ICardChannel card, CancellationToken cancel = default)
    {
        if (await Has(card, EidName, cancel))
        {
            // Other countries' eID cards have the application too; ours is the one with JPKI beside it.
            return await Has(card, JpkiFiles.Aid, cancel) ? RecognisedCard.MergedCard : RecognisedCard.Unknown;
        }
        if (await Has(card, JpkiFiles.Aid, cancel))
        {
            // A specified card is a My Number card with one application more; on others this name is not found.
            if (!await Has(card, ResidenceFiles.Application, cancel)) return RecognisedCard.MyNumberCard;
            return await TypeOf(card, cancel) switch
            {
                ResidenceCardType.SpecifiedResidenceCard => RecognisedCard.SpecifiedResidenceCard,
                ResidenceCardType.SpecifiedSpecialPermanentResident =>
                    RecognisedCard.SpecifiedSpecialPermanentResidentCertificate,
                ResidenceCardType.ResidenceCard or ResidenceCardType.SpecialPermanentResident or null =>
                    RecognisedCard.Unknown,
            };
        }
        return await TypeOf(card, cancel) switch
        {
            ResidenceCardType.ResidenceCard => RecognisedCard.ResidenceCard,
            ResidenceCardType.SpecialPermanentResident => RecognisedCard.SpecialPermanentResidentCertificate,
            ResidenceCardType.SpecifiedResidenceCard or ResidenceCardType.SpecifiedSpecialPermanentResident or null =>
                RecognisedCard.Unknown,
        };
    }

    /// <summary>The card type, which is free to read in the master file or the residence application.</summary>
    private static async ValueTask<ResidenceCardType?> TypeOf(ICardChannel card, CancellationToken cancel)
    {
        var type = await card.Transmit(
            new(0x00, ResidenceInstructions.ReadBinary, 0x8A, 0, Ne: CommandApdu.ShortNe), cancel);
        return type.IsSuccess ? ResidenceParsing.CardTypeIn(type.Data) : null;
    }

    private static async ValueTask<bool> Has(ICardChannel card, ReadOnlyMemory<byte> aid, CancellationToken cancel) =>
        (await card.Transmit(new(0x00, ResidenceInstructions.Select, 0x04, 0x0C, aid), cancel)).IsSuccess;
}

/// <summary>Which of the supported cards lies on a reader.</summary>
public enum RecognisedCard
{
    /// <summary>A card, but none that we know.</summary>
    Unknown,

    /// <summary>Second-generation residence card, 05.</summary>
    ResidenceCard,

    /// <summary>Second-generation special permanent resident certificate, 06.</summary>
    SpecialPermanentResidentCertificate,

    /// <summary>My Number card.</summary>
    MyNumberCard,

    /// <summary>Musubi's merged card.</summary>
    MergedCard,

    /// <summary>Specified residence card, 07: the merged card as Japan issues it.</summary>
    SpecifiedResidenceCard,

    /// <summary>Specified special permanent resident certificate, 08.</summary>
    SpecifiedSpecialPermanentResidentCertificate,
}
