using Musubi.Registers;
using Musubi.Vocabulary;

namespace Musubi.Counter;

/// <summary>How long a stay and the cards that follow it last. Every number comes from the jurisdiction's
/// data.</summary>
public static class Stay
{
    /// <summary>Key of the deadline that carries a stay past its end while an application is pending.</summary>
    private const string SpecialPeriod = "special-period";

    /// <summary>The last day on which the stay is lawful, or null without end. An application filed in time carries it
    /// past its end until the decision, at most for the jurisdiction's special period.</summary>
    public static DateOnly? LawfulUntil(Jurisdiction law, ResidenceRecord record)
    {
        ArgumentNullException.ThrowIfNull(law);
        ArgumentNullException.ThrowIfNull(record);
        if (record.StayUntil is not { } end) return null;
        var isCarried = record.Pending is { } pending && pending.FiledOn <= end;
        return isCarried && law.Deadlines.TryGetValue(SpecialPeriod, out var special)
            ? special.LastDay(end, law.Calendar)
            : end;
    }

    public static bool HasEnded(Jurisdiction law, ResidenceRecord record, DateOnly today) =>
        LawfulUntil(law, record) is { } end && end < today;

    /// <summary>A card that ends with the stay is carried by the special period with it.</summary>
    public static DateOnly CardEnd(Jurisdiction law, ResidenceRecord record, DateOnly expiresOn) =>
        expiresOn == record.StayUntil && LawfulUntil(law, record) is { } carried ? carried : expiresOn;

    /// <summary>The merged card's own life: it outlives the stay.</summary>
    internal static DateOnly OfMergedCard(Jurisdiction law, ResidenceRecord record, DateOnly issued) =>
        law.CardLife.CardExpiry(CardKind.Merged, issued, record.BirthDate, record.StayUntil);

    internal static DateOnly OfResidenceCard(Jurisdiction law, ResidenceRecord record, DateOnly issued) =>
        law.CardLife.CardExpiry(CardKind.Separate, issued, record.BirthDate, record.StayUntil);

    /// <summary>A number card follows the stay, and never outlives its own plastic.</summary>
    internal static DateOnly OfNumberCard(Jurisdiction law, ResidenceRecord record, DateOnly issued)
    {
        var (stay, plastic) = (OfResidenceCard(law, record, issued), OfMergedCard(law, record, issued));
        return stay < plastic ? stay : plastic;
    }

    internal static DateOnly OfCertificates(Jurisdiction law, ResidenceRecord record, DateOnly issued,
        DateOnly cardEnd) =>
        law.CardLife.CertificateExpiry(issued, record.BirthDate, record.StayUntil, cardEnd);
}
