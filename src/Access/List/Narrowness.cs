using System.Collections.Immutable;
using Musubi.Vocabulary;

namespace Musubi.Access;

/// <summary>How narrow a list is on a day, as one figure: the sum over the entries in force, and over the fields of
/// each, of the field's weight in card.json; a field that the holder may strike counts half. Lower is narrower.
/// </summary>
/// <remarks>It compares versions of one list over one card. It says nothing about how often an entry is used, and two
/// countries' figures are not comparable: the weights are each country's own data.</remarks>
/// <param name="Day">The day on which entries were in force or not.</param>
/// <param name="Shares">Entries in force, the widest first.</param>
public sealed record Narrowness(DateOnly Day, ImmutableArray<NarrownessShare> Shares)
{
    private const int HalvesOfRequired = 2;
    private const int HalvesOfOptional = 1;

    public decimal Figure => Shares.Sum(share => share.Figure);

    public static Narrowness Of(CardLayout card, AccessList list, DateOnly day)
    {
        ArgumentNullException.ThrowIfNull(list);
        return new(day, [.. list.Entries.Where(entry => entry.IsInForce(day))
            .Select(entry => new NarrownessShare(entry.Id, Of(card, entry)))
            .OrderByDescending(share => share.Figure).ThenBy(share => share.Entry.Stored, StringComparer.Ordinal)]);
    }

    /// <summary>One entry's part, whether it is in force or not.</summary>
    public static decimal Of(CardLayout card, AccessEntry entry)
    {
        ArgumentNullException.ThrowIfNull(card);
        ArgumentNullException.ThrowIfNull(entry);
        // In halves, so that no rounding is ever needed.
        var halves = entry.Fields.Sum(field =>
            card[field].Weight * (entry.OptionalFields.Contains(field) ? HalvesOfOptional : HalvesOfRequired));
        return halves / (decimal)HalvesOfRequired;
    }
}

/// <summary>One entry's part of the figure.</summary>
public sealed record NarrownessShare(EntryId Entry, decimal Figure);
