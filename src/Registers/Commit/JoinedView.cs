using Musubi.Vocabulary;

namespace Musubi.Registers;

/// <summary>One person as both registers and the link hold them, with every act that has happened and none that has
/// not, also while a register has not been told yet.</summary>
/// <remarks>A register confirms in its own time. So the journal is read first and last: changes of committed acts are
/// laid over what the registers say, and when an act of these people committed in between, the reading begins again.
/// </remarks>
public sealed class JoinedView
{
    /// <summary>A reading takes a millisecond and an act of one person many: meeting one this often is a
    /// fault.</summary>
    private const int MaxReadings = 200;

    private readonly Stores stores;

    internal JoinedView(Stores stores) => this.stores = stores;

    public Task<JoinedPerson?> ByResidence(PersonId residence) => Read(residence, FromResidence);

    public Task<JoinedPerson?> ByNumber(PersonId number) => Read(number, FromNumber);

    /// <summary>By a number that a residence card bears or ever bore.</summary>
    public async Task<JoinedPerson?> ByResidenceCard(ResidenceCardNumber card) =>
        await Resolve(stores.Residence, Find.ByResidenceCard(card), act => act.Residence) is { } person
            ? await ByResidence(person)
            : null;

    public async Task<JoinedPerson?> ByMyNumber(MyNumber number) =>
        await Resolve(stores.Number, Find.ByMyNumber(number), act => act.Number) is { } person
            ? await ByNumber(person)
            : null;

    private async Task<JoinedPerson?> Read(PersonId start, Func<PersonId, Task<JoinedPerson?>> read)
    {
        for (var reading = 0; reading < MaxReadings; reading++)
        {
            var before = await stores.Journal.LastCommit();
            var person = await read(start);
            // No act of these people since: each that was there is confirmed in what was read, or laid over it.
            if (person is null || await stores.Journal.LastCommitOf(person.People(start)) <= before) return person;
        }
        throw new InvalidOperationException($"An act committed in each of {MaxReadings} readings of one person.");
    }

    private async Task<JoinedPerson?> FromResidence(PersonId id)
    {
        // Before the registers: what is confirmed by now will be seen in them.
        var pending = await Pending(id);
        var residence = await Overlaid(stores.Residence, id, pending.SelectMany(act => act.Residence));
        if (residence is null) return null;
        var link = await Overlaid(stores.Links, id, pending.SelectMany(act => act.Links));
        var numberId = link is { Record.IsLive: true } ? link.Record.Number
            : await HolderOfCard(residence.Record, pending);
        return new(residence, numberId is { } known ? await OverlaidNumber(known) : null, link);
    }

    private async Task<JoinedPerson?> FromNumber(PersonId id)
    {
        var pending = await Pending(id);
        var number = await OverlaidNumber(id);
        if (number is null) return null;
        var tied = await First(stores.Links, Find.ByNumberPerson(id), pending.SelectMany(act => act.Links));
        if (tied is null && number.Record.ResidenceCard is { } card)
            tied = await First(stores.Residence, Find.ByResidenceCard(card), pending.SelectMany(act => act.Residence));
        var joined = tied is { } residence ? await FromResidence(residence) : null;
        // The other side may point elsewhere by now; then this person stands alone.
        return joined?.Number?.Record.Id == id ? joined : new(null, number, null);
    }

    private async Task<Versioned<NumberRecord>?> OverlaidNumber(PersonId id)
    {
        var pending = await Pending(id);
        return await Overlaid(stores.Number, id, pending.SelectMany(act => act.Number));
    }

    private async Task<IReadOnlyList<DecidedAct>> Pending(PersonId person) =>
        [.. (await stores.Journal.CommittedNotConfirmed(person)).Select(known => known.Act)];

    /// <summary>Without a link the number register still holds a card number that it was told of.</summary>
    private async Task<PersonId?> HolderOfCard(ResidenceRecord residence, IReadOnlyList<DecidedAct> pending)
    {
        foreach (var card in residence.Cards.Reverse())
            if (await First(stores.Number, Find.ByResidenceCard(card.Number),
                pending.SelectMany(act => act.Number)) is { } id)
                return id;
        return null;
    }

    /// <summary>Who has this identifier, also where only an unconfirmed change of anybody brings it.</summary>
    private async Task<PersonId?> Resolve<TRecord>(
        Register<TRecord> register, Find query, Func<DecidedAct, IEnumerable<Change<TRecord>>> changes)
        where TRecord : class, IRegisterRecord =>
        await First(register, query, []) ?? await First(register, query,
            (await stores.Journal.CommittedNotConfirmed()).SelectMany(known => changes(known.Act)));

    private static async Task<Versioned<TRecord>?> Overlaid<TRecord>(
        Register<TRecord> register, PersonId id, IEnumerable<Change<TRecord>> pending)
        where TRecord : class, IRegisterRecord
    {
        var entry = await register.ReadNow(id);
        var now = entry is null ? null : new Versioned<TRecord>(entry.Version, entry.Body);
        // Already confirmed here: the version has moved on and the change no longer follows it.
        foreach (var change in pending)
            if (change.Record.Key == id && change.ExpectedVersion == (now?.Version ?? 0))
                now = new(change.ExpectedVersion + 1, change.Record);
        return now;
    }

    /// <summary>Who has this identifier: in a change that the register has not confirmed yet, or in the
    /// register.</summary>
    private static async Task<PersonId?> First<TRecord>(
        Register<TRecord> register, Find query, IEnumerable<Change<TRecord>> pending)
        where TRecord : class, IRegisterRecord
    {
        foreach (var change in pending)
            if (change.Record.Identifiers().Contains(query.Term)) return change.Record.Key;
        return await register.Find(query) is [var found, ..] ? found : null;
    }
}

/// <param name="Residence">Null where the residence register holds nobody tied to this number.</param>
/// <param name="Number">By the live link, or by the residence card number that the number register was told of.</param>
/// <param name="Link">The person's link in whatever state it is; null where there never was one.</param>
public sealed record JoinedPerson(
    Versioned<ResidenceRecord>? Residence, Versioned<NumberRecord>? Number, Versioned<LinkRecord>? Link)
{
    public bool IsMerged => Link is { Record.State: LinkState.Linked };

    internal PeopleSeen People(PersonId start) =>
        new(start.Stored, (Residence?.Record.Id ?? start).Stored, (Number?.Record.Id ?? start).Stored);
}

/// <summary>The people whose acts a reading depends on. Every act upon a link touches both of its sides, so the two
/// registers' people are all there are.</summary>
internal sealed record PeopleSeen(string First, string Second, string Third);

/// <summary>A record with the version that an act upon it must expect.</summary>
public sealed record Versioned<TRecord>(long Version, TRecord Record) where TRecord : class, IRegisterRecord;
