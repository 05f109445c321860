using System.Collections.Immutable;
using Musubi.Office.Hosting;
using Musubi.Population;
using Musubi.Vocabulary;

namespace Musubi.Office.Demo;

/// <summary>The invented world of a demonstration: who may sit where. Staff, verifiers and residents with a story are
/// the jurisdiction's personas.json.</summary>
public sealed class DemoWorld
{
    public const string FirstReader = "desk-1";

    /// <summary>One more place, which holds every entry: there a verifier picks who they are.</summary>
    private const string OpenPlace = "check-1";

    public DemoWorld(Jurisdiction law, OfficeOptions options)
    {
        Story = Musubi.Population.Personas.Load(options.JurisdictionFolder);
        Personas =
        [
            .. Story.Staff.Select((one, index) => new Persona.Clerk(
                one.Id.Stored, new LocalText(one.Name), one.Id, one.Office, $"desk-{index + 1}")),
            .. Story.Verifiers.Select(one =>
                new Persona.Verifier(one.Id, new LocalText(one.Name), [one.Entry], one.Id)),
            new Persona.Verifier(OpenPlace, null, [.. law.AccessList.Entries.Select(entry => entry.Id)], OpenPlace),
            .. Story.Editors.Select(one => new Persona.Editor(one.Id, new LocalText(one.Name), one.Staff)),
            .. Story.Residents.Select(one => new Persona.Resident(
                one.Id, new PersonName(one.Name).Display, new LocalText(one.Story), one.Residence)),
        ];
    }

    /// <summary>The hand-made people, whose cards are in the tray.</summary>
    public Personas Story { get; }

    public ImmutableArray<Persona> Personas { get; }

    /// <summary>Seed of the face in this person's chip. Only personas have a card that was made from one.</summary>
    public long PortraitOf(PersonId person) =>
        Story.Residents.FirstOrDefault(one => one.Residence == person)?.Portrait ?? 0;
}
