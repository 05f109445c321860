using Musubi.Counter;
using Musubi.Office.Demo;
using Musubi.Office.Hosting;
using Musubi.Vocabulary;

namespace Musubi.Office.Counter;

/// <summary>Everything the desk's page shows.</summary>
public sealed record DeskModel(
    Persona.Clerk Me,
    ReaderState Reader,
    IReadOnlyList<PersonView> Found,
    PersonView? Person,
    IReadOnlyList<ActLine> Open,
    IReadOnlyList<ReviewCase> Reviews,
    Refusal? Refused);

/// <summary>One act's page.</summary>
/// <param name="Refused">Why the last form was not taken; the act stands where it stood.</param>
public sealed record ActModel(ActView View, ReaderState Reader, Refusal? Refused);

/// <summary>What this desk is looking at, between two requests.</summary>
public sealed class DeskSeat
{
    public IReadOnlyList<(PersonId? Residence, PersonId? Number)> Found { get; set; } = [];

    public (PersonId? Residence, PersonId? Number)? Selected { get; set; }

    /// <summary>Shown once, on the next page.</summary>
    public Refusal? Refused { get; set; }

    public Refusal? TakeRefused()
    {
        var refused = Refused;
        Refused = null;
        return refused;
    }
}

/// <summary>The turned screen of an act.</summary>
public sealed record ConsentModel(ActView View, Language Language, ReaderState Reader, Refusal? Refused);

public sealed record ReviewModel(ReviewCase Case, PersonView Person, Refusal? Refused);
