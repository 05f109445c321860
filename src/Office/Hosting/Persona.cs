using System.Collections.Immutable;
using Musubi.Vocabulary;

namespace Musubi.Office.Hosting;

/// <summary>Who sits before this browser. Outside the demonstration it will come from a sign-in.</summary>
public abstract record Persona(string Key)
{
    /// <summary>The door this persona may go through.</summary>
    public abstract Door Door { get; }

    public sealed record Clerk(string Key, StaffId Staff, OfficeId Office, string Reader) : Persona(Key)
    {
        public override Door Door => Door.Counter;
    }

    /// <summary>Somebody who checks cards. Which entry of the access list, they say on their own page.</summary>
    public sealed record Verifier(string Key, string Reader) : Persona(Key)
    {
        public override Door Door => Door.Verify;
    }

    public sealed record Resident(string Key, PersonId Id, string Name) : Persona(Key)
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
}
