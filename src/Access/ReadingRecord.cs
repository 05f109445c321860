using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Musubi.Registers;
using Musubi.Vocabulary;

namespace Musubi.Access;

/// <summary>What is recorded of a reading: who, when, why, which fields. Names of fields, never their values.</summary>
/// <param name="Reading">Its number; what began and how it ended carry the same one.</param>
/// <param name="Reader">The entry's public identifier at that time.</param>
/// <param name="Place">Where, as the verifier named it.</param>
/// <param name="Reason">Why it was refused or broke off.</param>
public sealed record ReadingRecord(
    ActId Reading,
    EntryId Entry,
    int ListVersion,
    string Reader,
    string Place,
    DateTimeOffset At,
    ImmutableArray<FieldId> Fields,
    ReadingPhase Phase,
    RefusalCode? Reason)
{
    /// <summary>Topic in the outbox.</summary>
    public const string Topic = "reading";
}

[JsonConverter(typeof(JsonStringEnumConverter<ReadingPhase>))]
public enum ReadingPhase
{
    /// <summary>Recorded, and then the fields were read. Without a later phase the outcome is not known.</summary>
    Began,
    Completed,
    BrokenOff,
    Refused,
}

/// <summary>One line on the resident's page.</summary>
/// <param name="Phase">The last that is known.</param>
/// <param name="Proof">The first record's place and hash in the outbox; not yet in the public log.</param>
public sealed record ReadingLine(
    ActId Reading, EntryId Entry, int ListVersion, string Reader, string Place, DateTimeOffset At,
    ImmutableArray<FieldId> Fields, ReadingPhase Phase, RefusalCode? Reason, OutboxEntry Proof);
