using Musubi.Office.Hosting;
using Musubi.Office.Texts;

namespace Musubi.Office.Demo;

internal static class PersonaNames
{
    public static string Of(Persona persona, Words words) => persona switch
    {
        Persona.Clerk clerk => words.PlainOf(clerk.Name),
        Persona.Verifier { Name: { } name } => words.PlainOf(name),
        Persona.Verifier => words.Plain("persona.any-verifier"),
        Persona.Editor editor => words.PlainOf(editor.Name),
        Persona.Resident resident => resident.Name,
        _ => throw new InvalidOperationException($"No name for {persona.GetType().Name}."),
    };
}
