using Musubi.Office.Hosting;
using Musubi.Office.Texts;

namespace Musubi.Office.Demo;

internal static class PersonaNames
{
    public static string Of(Persona persona, Words words) => persona switch
    {
        Persona.Clerk clerk => words.Plain("persona.clerk", ("staff", clerk.Staff)),
        Persona.Verifier verifier => words.Plain("persona.verifier", ("reader", verifier.Reader)),
        Persona.Resident resident => resident.Name,
        _ => throw new InvalidOperationException($"No name for {persona.GetType().Name}."),
    };
}
