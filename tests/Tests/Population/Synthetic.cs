using Musubi.Linkage;
using Musubi.Population;
using Musubi.Tests.Vocabulary;
using Musubi.Vocabulary;

namespace Musubi.Tests.Population;

internal static class Synthetic
{
    private static readonly string Folder = Repository.Folder("jurisdictions", "japan");

    public static Jurisdiction Japan { get; } = Jurisdiction.Load(Folder);

    public static Personas Personas { get; } = Personas.Load(Folder);

    public static Residents Residents(long seed, DateOnly day) =>
        new(Japan, Shape.Load(Folder, Japan), Personas, seed, day);

    public static LinkVerdict Ask(SyntheticResident person) => SamePersonQuestion.Ask(
        new(person.Residence.Name, person.Residence.BirthDate, person.Residence.Sex, person.Residence.Address),
        new(person.Number.Name, person.Number.BirthDate, person.Number.Sex, person.Number.Address));
}
