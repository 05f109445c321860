using System.Collections.Immutable;
using Musubi.Vocabulary;

namespace Musubi.Counter;

/// <summary>Which fields of card.json an act changes. A jurisdiction without one of them has nothing to write there.
/// </summary>
internal static class CardFields
{
    public static ImmutableArray<FieldId> Stay { get; } =
    [
        .. new[] { "status", "stay-period", "stay-until", "permission-type", "permission-date", "work" }
            .Select(FieldId.Parse),
    ];

    public static ImmutableArray<FieldId> Address { get; } =
        [.. new[] { "address", "municipality" }.Select(FieldId.Parse)];

    public static ImmutableArray<FieldId> Of(Jurisdiction law, ImmutableArray<FieldId> fields) =>
        [.. fields.Where(field => law.Card.Find(field) is { Merged.Groups.IsEmpty: false })];
}
