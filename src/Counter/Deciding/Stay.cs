using Musubi.Registers;
using Musubi.Vocabulary;

namespace Musubi.Counter;

/// <summary>How long a card lasts that is made for a stay. Every number comes from the jurisdiction's data.</summary>
internal static class Stay
{
    /// <summary>The merged card's own life: it outlives the stay.</summary>
    internal static DateOnly OfMergedCard(Jurisdiction law, ResidenceRecord record, DateOnly issued) =>
        law.CardLife.CardExpiry(CardKind.Merged, issued, record.BirthDate, record.StayUntil);

    internal static DateOnly OfResidenceCard(Jurisdiction law, ResidenceRecord record, DateOnly issued) =>
        law.CardLife.CardExpiry(CardKind.Separate, issued, record.BirthDate, record.StayUntil);

    /// <summary>A number card follows the stay, and never outlives its own plastic.</summary>
    internal static DateOnly OfNumberCard(Jurisdiction law, ResidenceRecord record, DateOnly issued) =>
        Earlier(OfResidenceCard(law, record, issued), OfMergedCard(law, record, issued));

    internal static DateOnly OfCertificates(Jurisdiction law, ResidenceRecord record, DateOnly issued,
        DateOnly cardEnd) =>
        law.CardLife.CertificateExpiry(issued, record.BirthDate, record.StayUntil, cardEnd);

    internal static DateOnly Earlier(DateOnly one, DateOnly other) => one < other ? one : other;
}
