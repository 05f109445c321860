using Musubi.Registers;
using Musubi.Vocabulary;

namespace Musubi.Population;

/// <summary>Invented residents, the same for the same seed, day and jurisdiction. The personas come first.</summary>
public sealed class Residents
{
    /// <summary>My Numbers and card numbers stay unique up to here.</summary>
    public const int Most = 10_000_000;

    private readonly Jurisdiction jurisdiction;
    private readonly Shape shape;
    private readonly Personas personas;
    private readonly long seed;
    private readonly DateOnly asOf;
    private readonly Weighted<(NationalityShare, StatusShare)> joint;
    private readonly Dictionary<StatusCode, Permit> widePermits;

    /// <param name="jurisdiction">Whose law they live under.</param>
    /// <param name="shape">What they are like.</param>
    /// <param name="personas">The hand-made people.</param>
    /// <param name="seed">Any number.</param>
    /// <param name="asOf">The day on which all their documents are as they are.</param>
    public Residents(Jurisdiction jurisdiction, Shape shape, Personas personas, long seed, DateOnly asOf)
    {
        ArgumentNullException.ThrowIfNull(jurisdiction);
        ArgumentNullException.ThrowIfNull(shape);
        (this.jurisdiction, this.shape, this.personas, this.seed, this.asOf) =
            (jurisdiction, shape, personas, seed, asOf);
        joint = shape.JointShares();
        widePermits = (from permit in jurisdiction.Permits.Values
                       where permit.Work is WorkAnswer.UpTo28Hours
                       from status in permit.Statuses
                       select (status, permit)).DistinctBy(pair => pair.status).ToDictionary();
    }

    /// <summary>The day on which all their documents are as they are.</summary>
    public DateOnly AsOf => asOf;

    /// <summary>What differs between two seeds, and nothing else does.</summary>
    public long Seed => seed;

    /// <summary>Streams so many residents; enumerating again gives the same ones.</summary>
    public IEnumerable<SyntheticResident> Take(int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, personas.Residents.Length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, Most);
        foreach (var persona in personas.Residents) yield return persona.ToResident(jurisdiction, asOf);
        var homes = new Homes(shape, jurisdiction);
        for (var i = personas.Residents.Length; i < count; i++) yield return Make(i, homes);
    }

    private SyntheticResident Make(int index, Homes homes)
    {
        var draw = new Draw(seed, index);
        var (nationality, status) = joint.Draw(ref draw);
        var sex = draw.Chance(shape.UnspecifiedSex) ? Sex.Unspecified : draw.Chance(shape.Male) ? Sex.Male : Sex.Female;
        var birth = DrawBirth(ref draw, status);
        var home = homes.Draw(ref draw, nationality, status);
        var names = new Naming(shape, nationality).Draw(ref draw, sex, home.Family);
        homes.Settle(nationality, home with { Family = names.FamilyPart });

        var numbers = new Numbers(seed, index);
        var stay = Stay.Draw(ref draw, jurisdiction, status.Code, birth.Latest, asOf, shape.PendingPastEnd);
        var residence = new ResidenceRecord(numbers.Residence, names.OnResidenceCard, birth, sex, nationality.Code,
            home.Address, status.Code, stay.Period, stay.Until, stay.PermissionType, stay.PermissionDate,
            DrawPermit(ref draw, status.Code, birth), stay.Pending,
            stay.BringsCard(jurisdiction, status.Code)
                ? [new(numbers.Card, CardKind.Separate, stay.CardIssuedOn, stay.CardExpiry(jurisdiction, birth),
                    CardState.Valid, null)]
                : []);
        var (number, planted) = new OtherRegister(shape, jurisdiction, asOf, homes)
            .Mirror(ref draw, residence, names.InNumberRegister, numbers);
        return new(residence, number, planted);
    }

    private PartialDate DrawBirth(ref Draw draw, StatusShare status)
    {
        var age = Math.Clamp(draw.Bell(status.MeanAge, status.AgeSpread), status.Youngest + 0.1, status.Oldest + 0.9);
        var day = asOf.AddDays(-(int)(age * 365.2425));
        if (draw.Chance(shape.FirstOfJanuary)) return PartialDate.Of(day.Year, 1, 1);
        if (!draw.Chance(shape.DayUnknown)) return PartialDate.Of(day);
        return draw.Chance(0.5) ? PartialDate.Of(day.Year) : PartialDate.Of(day.Year, day.Month);
    }

    /// <summary>Seven of ten students and half of the other adults whose status gives no work hold the wide
    /// permission.</summary>
    private string? DrawPermit(ref Draw draw, StatusCode status, PartialDate birth)
    {
        const int LeastAge = 16;
        if (!widePermits.TryGetValue(status, out var wide) || birth.Latest.AddYears(LeastAge) > asOf) return null;
        return draw.Chance(wide.Statuses[0] == status ? 0.7 : 0.5) ? wide.Code : null;
    }
}
