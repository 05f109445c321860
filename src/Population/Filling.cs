using Musubi.Registers;
using Musubi.Vocabulary;

namespace Musubi.Population;

/// <summary>Fills the two empty registers with a population, both at once.</summary>
public static class Filling
{
    private const int ReportEvery = 500;

    /// <summary>Every first entry names this act; it is made of the seed, so that the same population has the same
    /// chain.</summary>
    public static ActHeader Header(Residents residents, Jurisdiction jurisdiction)
    {
        ArgumentNullException.ThrowIfNull(residents);
        ArgumentNullException.ThrowIfNull(jurisdiction);
        var draw = new Draw(residents.Seed, residents.AsOf.DayNumber);
        // The layout of a version 7 UUID: version and variant in their places, the rest from the seed.
        var high = (draw.Next() & 0x7FFF_FFFF_FFFF_0FFF) | 0x7000;
        var low = (draw.Next() & 0x3FFF_FFFF_FFFF_FFFF) | 0x8000_0000_0000_0000;
        var midnight = residents.AsOf.ToDateTime(TimeOnly.MinValue);
        return new(ActId.Parse($"{high:x16}{low:x16}"), ActKind.Parse("first-entry"), Route.Separate,
            StaffId.Parse("population"),
            jurisdiction.Offices.Keys.MinBy(office => office.Stored, StringComparer.Ordinal),
            "synthetic population, no real person",
            new DateTimeOffset(midnight, jurisdiction.TimeZone.GetUtcOffset(midnight)).ToUniversalTime());
    }

    /// <summary>Streams the population into both registers; memory does not grow with it.</summary>
    /// <param name="stores">Open, with both registers empty.</param>
    /// <param name="residents">Whom.</param>
    /// <param name="count">How many.</param>
    /// <param name="jurisdiction">Whose offices the first entries name.</param>
    /// <param name="progress">Told residents finished in the slower register.</param>
    /// <param name="cancel">Each register is one transaction, so it stays empty or becomes whole; the two may
    /// differ.</param>
    /// <exception cref="InvalidOperationException">A register is not empty.</exception>
    public static async Task Fill(
        Stores stores, Residents residents, int count, Jurisdiction jurisdiction, IProgress<int>? progress = null,
        CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(stores);
        ArgumentNullException.ThrowIfNull(residents);
        var header = Header(residents, jurisdiction);
        var done = new int[2];
        // Generating twice is cheaper than handing each person from one writer to the other.
        await Task.WhenAll(
            stores.Residence.BulkLoad(
                header, residents.AsOf, Counted(residents.Take(count), 0).Select(person => person.Residence)),
            stores.Number.BulkLoad(
                header, residents.AsOf, Counted(residents.Take(count), 1).Select(person => person.Number)));
        progress?.Report(count);

        IEnumerable<SyntheticResident> Counted(IEnumerable<SyntheticResident> people, int register)
        {
            foreach (var person in people)
            {
                if (++done[register] % ReportEvery == 0)
                {
                    cancel.ThrowIfCancellationRequested();
                    progress?.Report(Math.Min(Volatile.Read(ref done[0]), Volatile.Read(ref done[1])));
                }
                yield return person;
            }
        }
    }
}
