using System.Collections.Immutable;
using Musubi.Vocabulary;

namespace Musubi.Office.Hosting;

/// <summary>Who sits before this browser. Outside the demonstration it will come from a sign-in.</summary>
public abstract record Persona(string Key)
{
    /// <summary>The door this persona may go through.</summary>
    public abstract Door Door { get; }

    public sealed record Clerk(string Key, LocalText Name, StaffId Staff, OfficeId Office, string Reader) : Persona(Key)
    {
        public override Door Door => Door.Counter;
    }

    /// <summary>Somebody who checks cards.</summary>
    /// <param name="Name">Null for a place without one person.</param>
    /// <param name="Entries">The entries of the access list that this place holds.</param>
    public sealed record Verifier(string Key, LocalText? Name, ImmutableArray<EntryId> Entries, string Reader)
        : Persona(Key)
    {
        public override Door Door => Door.Verify;
    }

    /// <summary>Somebody who writes, approves and publishes the access list.</summary>
    public sealed record Editor(string Key, LocalText Name, StaffId Staff) : Persona(Key)
    {
        public override Door Door => Door.Editor;
    }

    /// <param name="Story">What this person comes for.</param>
    public sealed record Resident(string Key, string Name, LocalText Story, PersonId Id) : Persona(Key)
    {
        public override Door Door => Door.Resident;
    }
}

/// <summary>The doors of the house. A route that names none is shut for everybody.</summary>
public enum Door
{
    Counter,
    Verify,
    Resident,
    Editor,
}
