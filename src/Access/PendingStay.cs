using Musubi.Registers;
using Musubi.Vocabulary;

namespace Musubi.Access;

/// <summary>Whether a verifier is told that an application is pending. It is a word about the stay: told where the
/// entry has one, or where the date on the card in front of them is past and would say "expired".</summary>
internal static class PendingStay
{
    private static readonly FieldId StayUntil = FieldId.Parse("stay-until");
    private static readonly FieldId Work = FieldId.Parse("work");

    /// <summary>The last day that the special period can reach, or null where nothing is to be said.</summary>
    public static DateOnly? CarriedUntil(
        Jurisdiction law, ResidenceRecord record, AccessEntry entry, DateOnly expiresOn, DateOnly today) =>
        CardValidity.IsPending(record)
            && (expiresOn < today || entry.Fields.Contains(StayUntil) || entry.Fields.Contains(Work))
            ? CardValidity.LawfulUntil(law, record)
            : null;

    /// <summary>The work answer stands on a card that outlives the stay. When the stay has ended it is not given to
    /// somebody who would read "yes" and cannot see the end.</summary>
    public static bool IsStaleAnswer(
        Jurisdiction law, ResidenceRecord record, IReadOnlyCollection<FieldId> fields, DateOnly today) =>
        fields.Contains(Work) && !fields.Contains(StayUntil) && CardValidity.HasEnded(law, record, today);
}
