using System.Collections.Immutable;
using Musubi.Office.Hosting;
using Musubi.Vocabulary;

namespace Musubi.Office.Demo;

/// <summary>The invented world of a demonstration: who may sit where, and how far its making has come.</summary>
public sealed class DemoWorld(Jurisdiction law)
{
    public const string FirstReader = "desk-1";

    private const int Desks = 3;

    private volatile ImmutableArray<Persona.Resident>[] residents = [[]];

    /// <summary>Clerks and verifiers from the start; residents as soon as they are made.</summary>
    public IReadOnlyList<Persona> Personas => [.. staff, .. residents[0]];

    public void Show(ImmutableArray<Persona.Resident> made) => residents = [made];

    private readonly ImmutableArray<Persona> staff =
    [
        .. Enumerable.Range(1, Desks).Select(number => new Persona.Clerk(
            $"clerk-{number}", StaffId.Parse($"clerk-{number}"), OfficeOf(law), $"desk-{number}")),
        new Persona.Verifier("verifier-1", "verifier-1"),
    ];

    private static OfficeId OfficeOf(Jurisdiction law) =>
        law.Offices.Values.Where(office => office.Kind is OfficeKind.Immigration)
            .Select(office => office.Id).OrderBy(id => id.Stored, StringComparer.Ordinal).Last();
}
