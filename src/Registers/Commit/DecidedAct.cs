using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Musubi.Vocabulary;

namespace Musubi.Registers;

/// <summary>All that an act will do, decided before any of it is done. It goes whole into the journal, so that any
/// process can carry it to its end.</summary>
public sealed record DecidedAct
{
    /// <summary>Commitments that one act may make: its receipt, its readings, its notices.</summary>
    public const int MaxCommitments = 32;

    public required ActHeader Header { get; init; }

    public ImmutableArray<Change<ResidenceRecord>> Residence { get; init; } = [];

    public ImmutableArray<Change<NumberRecord>> Number { get; init; } = [];

    public ImmutableArray<Change<LinkRecord>> Links { get; init; } = [];

    /// <summary>The signed consent receipt as JSON, where the act needs one.</summary>
    public string? ConsentReceipt { get; init; }

    /// <summary>What the log will be able to prove; committed in this order, in the moment of the commit.</summary>
    public ImmutableArray<Commitment> Commitments { get; init; } = [];

    /// <summary>What step 4 does beyond the registers, as its owner's JSON; null where there is nothing.</summary>
    public string? Completion { get; init; }

    [JsonIgnore]
    internal IEnumerable<(StoreName Store, PersonId Person)> Touched =>
        Residence.Select(change => (StoreName.Residence, change.Record.Key))
            .Concat(Number.Select(change => (StoreName.Number, change.Record.Key)))
            // A link is about both: whoever reads or changes either of them meets it.
            .Concat(Links.SelectMany(change => new[]
            {
                (StoreName.Links, change.Record.Residence), (StoreName.Links, change.Record.Number),
            }))
            .Distinct();
}

/// <summary>One record whose hash goes to the log and whose text stays here.</summary>
/// <param name="Topic">What kind of record it is: "act", "consent", "reading", "refusal".</param>
/// <param name="Subject">The residence person whose record it is, so that it appears among their own; null for
/// none.</param>
/// <param name="Record">JSON. It is never published: only its hash with a nonce is.</param>
public sealed record Commitment(string Topic, PersonId? Subject, string Record);
