using System.Collections.Immutable;
using Musubi.Registers;
using Musubi.Vocabulary;

namespace Musubi.Access;

/// <summary>One reading from its first moment: every phase of it is recorded under its number.</summary>
internal sealed record OneReading(ActId Id, EntryId Entry, string Place)
{
    public ReadingOffer? Offer { get; init; }
    public ImmutableArray<FieldId> Fields { get; init; } = [];
    public PersonId? Subject { get; init; }
}

/// <summary>Writes readings and refusals into the outbox.</summary>
internal sealed class Recording(Stores stores, PublishedLists lists, TimeProvider time)
{
    public Task<ReadingOutcome> Refuse(OneReading reading, RefusalCode code,
        ReadingPhase phase = ReadingPhase.Refused) =>
        Refuse(reading, new Refusal(code, Entry: reading.Entry), phase);

    /// <summary>A refusal is recorded like a reading, with its reason.</summary>
    public async Task<ReadingOutcome> Refuse(OneReading reading, Refusal why,
        ReadingPhase phase = ReadingPhase.Refused) =>
        new ReadingOutcome.Refused(reading.Id, why with { Entry = reading.Entry },
            await TryRecord(reading, phase, why.Code));

    /// <summary>Before any field is handed over. Null when it is recorded; else nothing may be read.</summary>
    public async Task<ReadingOutcome?> WhyNotBegun(OneReading reading) =>
        await TryRecord(reading, ReadingPhase.Began, null)
            ? null
            : new ReadingOutcome.Refused(reading.Id, new Refusal(RefusalCode.CannotRecord), Recorded: false);

    public Task Complete(OneReading reading) => TryRecord(reading, ReadingPhase.Completed, null);

    private async Task<bool> TryRecord(OneReading reading, ReadingPhase phase, RefusalCode? reason)
    {
        var record = new ReadingRecord(reading.Id, reading.Entry,
            reading.Offer?.ListVersion ?? lists.Current.Number,
            reading.Offer?.Entry.Identifier ?? "", reading.Place, time.GetUtcNow(), reading.Fields, phase, reason);
        try
        {
            await stores.Outbox.Append(new Commitment(ReadingRecord.Topic, reading.Subject, RecordJson.Write(record)));
            return true;
        }
        catch (StoreException)
        {
            // The caller says so: without a record no field leaves.
            return false;
        }
    }
}
