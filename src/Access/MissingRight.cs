using System.Collections.Immutable;
using Musubi.Chip.CvCertificates;
using Musubi.Vocabulary;

namespace Musubi.Access;

/// <summary>A right that a terminal certificate lacks, and who could have one with it.</summary>
/// <param name="Words">The right as certificate tools print it, such as "Read DG 19".</param>
/// <param name="Holders">The entries of the published list, in force, whose certificates may hold it.</param>
public sealed record MissingRight(string Words, ImmutableArray<EntryId> Holders)
{
    /// <summary>The right to read one data group.</summary>
    public static MissingRight Reading(Jurisdiction law, int group, DateOnly today) =>
        Of(law, EidRightsByGroup.Read(group), today);

    /// <summary>What the field needs, group by group; empty for a field that no right protects.</summary>
    public static ImmutableArray<MissingRight> For(Jurisdiction law, CardField field, DateOnly today)
    {
        ArgumentNullException.ThrowIfNull(field);
        return [.. field.Merged.Groups.Select(group => Reading(law, group, today))];
    }

    /// <summary>The refusal of a group: its fields, the right that is missing, and the entries that have it.</summary>
    public static Refusal Refuse(Jurisdiction law, int group, EntryId entry, DateOnly today)
    {
        ArgumentNullException.ThrowIfNull(law);
        var missing = Reading(law, group, today);
        return new Refusal(
            RefusalCode.RightNotInEntry, Fields: [.. law.Card.InGroup(group).Select(field => field.Id)], Entry: entry)
        {
            Rights = [missing.Words],
            Holders = missing.Holders,
        };
    }

    private static MissingRight Of(Jurisdiction law, EidRights right, DateOnly today)
    {
        ArgumentNullException.ThrowIfNull(law);
        return new(
            EidRightWords.Of(right).Single(),
            [
                .. law.AccessList.Entries
                    .Where(entry => entry.IsInForce(today) && EntryRights.Of(law.Card, entry).HasFlag(right))
                    .Select(entry => entry.Id),
            ]);
    }
}
