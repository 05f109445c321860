using Musubi.Vocabulary;

namespace Musubi.Registers;

/// <summary>Until when a stay is lawful and a card good: what a desk and a reader must answer alike.</summary>
public static class CardValidity
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
        return IsPending(record) && law.Deadlines.TryGetValue(SpecialPeriod, out var special)
            ? special.LastDay(end, law.Calendar)
            : end;
    }

    /// <summary>An application that was filed before the stay's end waits for its decision.</summary>
    public static bool IsPending(ResidenceRecord record)
    {
        ArgumentNullException.ThrowIfNull(record);
        return record.Pending is { } pending && (record.StayUntil is not { } end || pending.FiledOn <= end);
    }

    public static bool HasEnded(Jurisdiction law, ResidenceRecord record, DateOnly today) =>
        LawfulUntil(law, record) is { } end && end < today;

    /// <summary>A card that ends with the stay is carried by the special period with it.</summary>
    public static DateOnly CardEnd(Jurisdiction law, ResidenceRecord record, DateOnly expiresOn)
    {
        ArgumentNullException.ThrowIfNull(record);
        return expiresOn == record.StayUntil && LawfulUntil(law, record) is { } carried ? carried : expiresOn;
    }

    /// <summary>Where a card stands: why it cannot be used, or null when it can.</summary>
    public static RefusalCode? WhyNot(CardState state, DateOnly end, DateOnly today) => state switch
    {
        CardState.Ordered => RefusalCode.CardNotHandedOver,
        CardState.Replaced => RefusalCode.CardReplaced,
        CardState.Returned => RefusalCode.CardReturned,
        CardState.Lost => RefusalCode.CardLost,
        CardState.Valid => end < today ? RefusalCode.CardExpired : null,
    };
}
