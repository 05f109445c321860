using System.Collections.Immutable;
using System.Text.Json;
using Musubi.Registers;
using Musubi.Vocabulary;

namespace Musubi.Office.Resident;

/// <summary>One reading or refusal as the resident sees it.</summary>
public sealed record ReadingLine(
    DateTimeOffset At, EntryId? Entry, ImmutableArray<FieldId> Fields, RefusalCode? Refused);

/// <summary>The readings of one person, from the commitments that wait for the log.</summary>
public sealed class ReadingHistory(Musubi.Office.Hosting.House house)
{
    /// <summary>As many as one page shows.</summary>
    private const int PageLimit = 200;

    public async Task<IReadOnlyList<ReadingLine>> Of(PersonId person) =>
    [
        .. (await house.Premises.Stores.Outbox.Of(person, PageLimit))
            .Select(Line).OfType<ReadingLine>().OrderByDescending(line => line.At),
    ];

    private static ReadingLine? Line(OutboxEntry entry) => null;
}
