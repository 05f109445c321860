using System.Collections.Immutable;
using Musubi.Chip;
using Musubi.Chip.Applications.Residence;
using Musubi.Registers;
using Musubi.Vocabulary;

namespace Musubi.Access;

/// <summary>A separate card shown to a verifier: the card proves itself, the register says whether it counts now, and
/// the verifier gets what the entry would have got from a merged card, as far as this card bears it.</summary>
/// <remarks>The chip opens everything to whoever holds its printed number; what is handed over is the entry's fields
/// all the same. Values are the register's, so that a card between two commits says what counts; the photograph is the
/// chip's. Proof is passive: nobody can tell a genuine chip from a perfect copy of its files.</remarks>
internal sealed class SeparateReading(
    Jurisdiction law, Stores stores, JoinedView view, CardTrust trust, Recording recording,
    TerminalAuthority authority,
    Func<PersonId, IReadOnlyCollection<FieldId>?> awaited, TimeProvider time)
{
    private static readonly ImmutableArray<FieldId> OnNumberCard =
        [.. new[] { "name", "birth-date", "sex", "address", "card-expiry" }.Select(FieldId.Parse)];

    private static readonly FieldId Photo = FieldId.Parse("photo");
    private static readonly FieldId CardNumber = FieldId.Parse("card-number");

    private DateOnly Today => law.DayOf(time.GetUtcNow());

    /// <summary>The residence card, types 05 and 06.</summary>
    public async Task<ReadingOutcome> Residence(
        OneReading reading, ICardChannel card, ResidenceCardNumber printed, CancellationToken cancel)
    {
        // 1. Passive authentication with the printed number.
        var (chip, refused) = await SeparateCard.Residence(card, printed, trust.Residence, cancel: cancel);
        if (chip is null) return await recording.Refuse(reading, refused!.Value);
        // 2. Is it known, is it what the register says of that number, and does it count today?
        if (await view.ByResidenceCard(printed) is not { Residence.Record: { } record })
            return await recording.Refuse(reading, RefusalCode.CardUnknown);
        reading = reading with { Subject = record.Id };
        var row = record.Cards.First(one => one.Number == printed);
        if (row.Kind is not CardKind.Separate || !IsOf(chip, record, row))
            return await recording.Refuse(reading, RefusalCode.CardForged);
        if (WhyNot(record, row.State, row.ExpiresOn) is { } ended) return await recording.Refuse(reading, ended);
        // 3. Recorded first, then exactly the entry's fields.
        var parts = FieldParts.Of(law, record, row.ExpiresOn, row.IssuedOn);
        return await Give(reading, record, row.ExpiresOn, field =>
            field == Photo ? chip.Face.IsEmpty ? null : new FieldValue(field, [], chip.Face)
            : field == CardNumber ? new FieldValue(field, [printed.Stored], [])
            : parts.TryGetValue(field, out var texts) ? new FieldValue(field, texts, []) : null);
    }

    /// <summary>The My Number card. The number itself stays closed: no entry of the list has it.</summary>
    public async Task<ReadingOutcome> Number(
        OneReading reading, ICardChannel card, string numberB, CancellationToken cancel)
    {
        // 1. The text application's attributes and their integrity record; which plastic it is.
        var (chip, refused) = await SeparateCard.Number(card, numberB, trust.TextRoot, cancel);
        if (chip is null) return await recording.Refuse(reading, refused!);
        // 2. Whose is it? A chip names nobody in the register; its name, birth date and certificate together do.
        var (person, row) = await Holder(chip);
        if (person is null) return await recording.Refuse(reading, RefusalCode.CardUnknown);
        var residence = person.Residence?.Record;
        reading = reading with { Subject = residence?.Id ?? person.Number!.Record.Id };
        if (row is null)
            return await recording.Refuse(reading, residence is not null && awaited(residence.Id) is not null
                ? RefusalCode.CardWriteUnfinished : RefusalCode.CardUnknown);
        if (row.Kind is not CardKind.Separate) return await recording.Refuse(reading, RefusalCode.NumberOfOtherCard);
        if (WhyNot(residence, row.State, row.ExpiresOn) is { } ended) return await recording.Refuse(reading, ended);
        // 3. Recorded first, then those of the entry's fields that this card bears.
        var number = person.Number!.Record;
        var parts = new Dictionary<FieldId, ImmutableArray<string>>();
        ImmutableArray<string>[] texts =
        [
            [number.Name.Roman.Given, number.Name.Roman.Family], [number.BirthDate.Stored], [number.Sex.ToString()],
            [FieldParts.FullAddress(law, number.Address)], [FieldParts.Day(row.ExpiresOn)],
        ];
        foreach (var (field, text) in OnNumberCard.Zip(texts)) parts[field] = text;
        return await Give(reading, residence, row.ExpiresOn, field =>
            parts.TryGetValue(field, out var text) ? new FieldValue(field, text, []) : null);
    }

    /// <summary>The signed part is bound to no number: a chip may carry another card's. The register knows what belongs
    /// to this one.</summary>
    private static bool IsOf(ResidenceCardReading chip, ResidenceRecord record, ResidenceCardRecord row) =>
        chip.CardExpiry == row.ExpiresOn
        && string.Equals(chip.BirthDate, record.BirthDate.Compact, StringComparison.Ordinal)
        && string.Equals(chip.Nationality, record.Nationality.Stored, StringComparison.Ordinal);

    private async Task<(JoinedPerson? Person, NumberCardRecord? Row)> Holder(NumberCardReading chip)
    {
        if (!PartialDate.TryParseCompact(chip.Attributes.BirthDate, out var birth)) return (null, null);
        JoinedPerson? namesake = null;
        foreach (var id in await stores.Number.Find(Find.ByName(chip.Attributes.Name, birth)))
        {
            if (await view.ByNumber(id) is not { Number.Record: { } record } person) continue;
            var row = record.Cards.LastOrDefault(one => one.HasCertificate(chip.CertificateSerial));
            if (row is not null) return (person, row);
            namesake = person;
        }
        return (namesake, null);
    }

    private RefusalCode? WhyNot(ResidenceRecord? record, CardState state, DateOnly expiresOn) => CardValidity.WhyNot(
        state, record is null ? expiresOn : CardValidity.CardEnd(law, record, expiresOn), Today);

    private async Task<ReadingOutcome> Give(
        OneReading reading, ResidenceRecord? record, DateOnly expiresOn, Func<FieldId, FieldValue?> value)
    {
        if (await authority.WhyNot(reading.Entry, reading.Fields) is { } withdrawn)
            return await recording.Refuse(reading, withdrawn);
        if (await recording.WhyNotBegun(reading) is { } silent) return silent;
        var values = reading.Fields.Select(value).OfType<FieldValue>().ToImmutableArray();
        await recording.Complete(reading);
        var entry = reading.Offer!.Entry;
        return new ReadingOutcome.Given(reading.Id, entry, values, [.. entry.Fields.Except(reading.Fields)],
            CardKind.Separate, [.. reading.Fields.Except(values.Select(one => one.Field))],
            record is null ? null : PendingStay.CarriedUntil(law, record, entry, expiresOn, Today));
    }
}
