using System.Collections.Immutable;
using System.Security.Cryptography.X509Certificates;
using Musubi.Chip;
using Musubi.Chip.Applications;
using Musubi.Chip.Applications.Eid;
using Musubi.Chip.Applications.Emrtd;
using Musubi.Chip.ChipAuthentication;
using Musubi.Chip.CvCertificates;
using Musubi.Chip.Pace;
using Musubi.Chip.PassiveAuthentication;
using Musubi.Chip.TerminalAuthentication;
using Musubi.Registers;
using Musubi.Vocabulary;

namespace Musubi.Access;

/// <summary>Readings of cards: the eID server of merged cards, and the same answer for separate ones. It reads what the
/// entry names, after it has recorded that it will, and hands over nothing else.</summary>
/// <remarks>It sees every value that it hands over. The reading device is not trusted: it learns what is typed into it
/// and what its verifier may see.</remarks>
public sealed class Readings
{
    /// <summary>The verifier's own word for where it reads.</summary>
    public const int LongestPlace = 100;

    /// <summary>Readings that one page of a resident shows.</summary>
    public const int PageLimit = 200;

    private readonly TerminalAuthority authority;
    private readonly Jurisdiction law;
    private readonly Stores stores;
    private readonly JoinedView view;
    private readonly TimeProvider time;
    private readonly ImmutableArray<X509Certificate2> countrySigners;
    private readonly Func<PersonId, IReadOnlyCollection<FieldId>?> awaited;
    private readonly Recording recording;
    private readonly SeparateReading separate;

    /// <param name="countrySigners">Whose document signers are believed.</param>
    /// <param name="trust">Whose signatures are believed on separate cards.</param>
    /// <param name="awaited">Fields of a person's card that an act changed in the register and not yet on the card;
    /// null when no card of theirs waits to be written.</param>
    public Readings(TerminalAuthority authority, Jurisdiction law, Stores stores, JoinedView view,
        ImmutableArray<X509Certificate2> countrySigners, CardTrust trust,
        Func<PersonId, IReadOnlyCollection<FieldId>?> awaited, TimeProvider time)
    {
        (this.authority, this.law, this.stores, this.view) = (authority, law, stores, view);
        (this.countrySigners, this.awaited, this.time) = (countrySigners, awaited, time);
        recording = new Recording(stores, authority.Lists, time);
        separate = new SeparateReading(law, stores, view, trust, recording, authority, awaited, time);
    }

    /// <summary>What the holder sees first; null for an entry that is not on the list.</summary>
    public ReadingOffer? Offer(EntryId id) =>
        authority.Lists.Current is var list && list.List.Find(id) is { } entry
            ? new ReadingOffer(entry, list.Number) : null;

    /// <summary>Reads a card under an entry.</summary>
    /// <param name="struck">Optional fields that the holder does not want to show; the rights asked for shrink.</param>
    /// <param name="place">Where, for the resident's record.</param>
    public Task<ReadingOutcome> Read(
        EntryId id, IReadOnlyCollection<FieldId> struck, ICardChannel card, ReadingPassword password, string place,
        CancellationToken cancel = default) => Read(id, struck, card, password, place, asked: null, cancel);

    /// <summary>Reads a card under an entry, only what is asked for by name.</summary>
    /// <param name="asked">The fields that the verifier asks for; one that its entry lacks refuses the whole reading.
    /// Null asks for what the entry names.</param>
    public async Task<ReadingOutcome> Read(
        EntryId id, IReadOnlyCollection<FieldId> struck, ICardChannel card, ReadingPassword password, string place,
        IReadOnlyCollection<FieldId>? asked, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(struck);
        ArgumentNullException.ThrowIfNull(card);
        ArgumentNullException.ThrowIfNull(password);
        ArgumentNullException.ThrowIfNull(place);
        var reading = new OneReading(ActId.New(time), id, place.Length > LongestPlace ? place[..LongestPlace] : place);
        if (Offer(id) is not { } offer) return await recording.Refuse(reading, RefusalCode.EntryUnknown);
        reading = reading with
        {
            Offer = offer,
            Fields = asked is null ? offer.Without(struck) : [.. asked.Distinct().Except(struck)],
        };
        try
        {
            // An entry in force, and a password that it may use. A separate card knows no PIN for its fields.
            if (await authority.WhyNot(id, reading.Fields) is { } outOfForce)
                return await recording.Refuse(reading, outOfForce);
            return password switch
            {
                ReadingPassword.CardNumber printed => await separate.Residence(reading, card, printed.Number, cancel),
                ReadingPassword.NumberB printed => await separate.Number(reading, card, printed.Digits, cancel),
                ReadingPassword.Can when !offer.Entry.CanAllowed =>
                    await recording.Refuse(reading, RefusalCode.PinNeeded),
                ReadingPassword.Can or ReadingPassword.Pin => await Merged(reading, card, password, cancel),
                _ => throw new ArgumentOutOfRangeException(nameof(password), password, "No such password."),
            };
        }
        catch (CardChannelException gone)
        {
            return await recording.Refuse(reading, TerminalSession.Code(gone.Fault), ReadingPhase.BrokenOff);
        }
    }

    /// <summary>Who looked at this resident's card, newest first: also who was refused, and what broke off.</summary>
    public async Task<ImmutableArray<ReadingLine>> Of(PersonId residence)
    {
        var entries = await stores.Outbox.Of(residence, Outbox.PageLimit);
        return [.. entries.Where(entry => string.Equals(entry.Topic, ReadingRecord.Topic, StringComparison.Ordinal))
            .Select(entry => (Entry: entry, Record: RecordJson.Read<ReadingRecord>(entry.Record)))
            .GroupBy(pair => pair.Record.Reading)
            .Select(group => Line([.. group.OrderBy(pair => pair.Entry.Sequence)]))
            .OrderByDescending(line => line.At).Take(PageLimit)];
    }

    private async Task<ReadingOutcome> Merged(
        OneReading reading, ICardChannel card, ReadingPassword password, CancellationToken cancel)
    {
        // 1. PACE with exactly the rights that are left, terminal authentication, chip authentication.
        var (issued, none) = await authority.Issue(reading.Entry, cancel);
        if (issued is null) return await recording.Refuse(reading, none!);
        using var certificate = issued;
        var rights = certificate.Rights & (EntryRights.Reading(law.Card, reading.Fields) | EidRights.CanAllowed);
        var (chip, refusal) = await TerminalSession.Open(card, password, certificate, rights, Trust(), cancel);
        if (chip is not null)
            using (chip) return await Read(reading, chip, cancel);
        var isOther = refusal!.Code is RefusalCode.ForeignCard && await SeparateCard.IsOfAnyKind(card, cancel);
        return await recording.Refuse(
            reading, isOther ? refusal with { Code = RefusalCode.NumberOfOtherCard } : refusal);
    }

    private async Task<ReadingOutcome> Read(OneReading reading, ChipAuthenticated chip, CancellationToken cancel)
    {
        // 2. Whose card is it? The travel-document part says its number, and its issuer signed it.
        var document = await EmrtdReader.Read(chip, countrySigners, time.GetUtcNow(), cancel);
        if (!document.IsGiven) return await recording.Refuse(reading, RefusalCode.CardUnreadable);
        if (document.Value.Verdict is not SignedContentVerdict.Genuine)
            return await recording.Refuse(reading, RefusalCode.CardForged);
        if (!ResidenceCardNumber.TryParse(document.Value.Mrz.DocumentNumber, out var number)
            || await view.ByResidenceCard(number) is not { Residence.Record: { } resident } person)
            return await recording.Refuse(reading, RefusalCode.CardUnknown);
        reading = reading with { Subject = resident.Id };
        // 3. Is it still good? Lost, replaced, untied and contested cards stop here, before any field.
        if (WhyNot(person, number, reading.Fields) is { } stopped) return await recording.Refuse(reading, stopped);
        // 4. Does the list still say so? The holder took their time; a withdrawal since then counts.
        if (await authority.WhyNot(reading.Entry, reading.Fields) is { } withdrawn)
            return await recording.Refuse(reading, withdrawn);
        // 5. Recorded first. What cannot be recorded is not read.
        if (await recording.WhyNotBegun(reading) is { } silent) return silent;
        // Crash here: a record without an outcome. The resident sees it as begun; nothing was handed over.
        try
        {
            // 6. Exactly the entry's fields, without the struck ones.
            var (values, why) = await Fields(reading, chip, document.Value, cancel);
            if (why is { } refused) return await recording.Refuse(reading, refused);
            await recording.Complete(reading);
            var entry = reading.Offer!.Entry;
            return new ReadingOutcome.Given(reading.Id, entry, values, [.. entry.Fields.Except(reading.Fields)],
                CardKind.Merged, [], PendingStay.CarriedUntil(law, resident, entry, DateOnly.MaxValue, Today));
        }
        catch (CardChannelException gone)
        {
            return await recording.Refuse(reading, TerminalSession.Code(gone.Fault), ReadingPhase.BrokenOff);
        }
    }

    private RefusalCode? WhyNot(JoinedPerson person, ResidenceCardNumber number, ImmutableArray<FieldId> fields)
    {
        var record = person.Residence!.Record;
        var card = record.Cards.First(one => one.Number == number);
        if (CardValidity.WhyNot(card.State, card.ExpiresOn, Today) is { } ended) return ended;
        return person.Link?.Record.State switch
        {
            LinkState.Contested => RefusalCode.LinkContested,
            LinkState.Untied or null => RefusalCode.NoLink,
            LinkState.Linked when awaited(record.Id) is { } late && fields.Any(late.Contains) =>
                RefusalCode.CardWriteUnfinished,
            LinkState.Linked => PendingStay.IsStaleAnswer(law, record, fields, Today) ? RefusalCode.StayEnded : null,
        };
    }

    private DateOnly Today => law.DayOf(time.GetUtcNow());

    private async Task<(ImmutableArray<FieldValue> Values, Refusal? Why)> Fields(
        OneReading reading, ChipAuthenticated chip, EmrtdReading document, CancellationToken cancel)
    {
        var unreadable = new Refusal(RefusalCode.CardUnreadable);
        var groups = new Dictionary<int, ReadOnlyMemory<byte>>();
        foreach (var group in EntryRights.Groups(law.Card, reading.Fields))
        {
            var content = await EidReader.ReadGroup(chip, group, cancel);
            if (content.Refusal is CardRefusal.NotPermitted)
                return ([], MissingRight.Refuse(law, group, reading.Entry, Today));
            if (!content.IsGiven) return ([], unreadable);
            groups[group] = content.Value;
        }
        var values = ImmutableArray.CreateBuilder<FieldValue>();
        foreach (var id in reading.Fields)
        {
            var field = law.Card[id];
            if (field.Merged.Groups.IsEmpty)
            {
                // Printed on the card and in its travel-document part: the photograph and the number.
                values.Add(field.Merged.TravelDocumentGroup is 2
                    ? new FieldValue(id, [], document.Face)
                    : new FieldValue(id, [document.Mrz.DocumentNumber], []));
                continue;
            }
            if (GroupContent.Read(law.Card, field, groups) is not { } parts) return ([], unreadable);
            values.Add(new FieldValue(id, parts, []));
        }
        return (values.ToImmutable(), null);
    }

    private CardSecurityTrust Trust() => new(countrySigners, time.GetUtcNow());

    private static ReadingLine Line(IReadOnlyList<(OutboxEntry Entry, ReadingRecord Record)> records)
    {
        var (first, last) = (records[0], records[^1].Record);
        return new ReadingLine(last.Reading, last.Entry, last.ListVersion, last.Reader, last.Place, first.Record.At,
            last.Fields,
            last.Phase, last.Reason, first.Entry);
    }
}
