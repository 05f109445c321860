using Microsoft.AspNetCore.Components;
using Musubi.Counter;

namespace Musubi.Office.Hosting;

/// <summary>One request, as the shell round the page needs to know it.</summary>
public sealed class Visit(IHttpContextAccessor request, Sessions sessions, TimeProvider time)
{
    private Session? session;

    public string Title { get; set; } = "";

    /// <summary>Width of the content: "" for reading, "narrow" for one form, "wide" for the desk.</summary>
    public string Width { get; set; } = "";

    /// <summary>Set where a page waits for something: it asks again by itself, without a script.</summary>
    public int? RefreshSeconds { get; set; }

    public (string Href, MarkupString Name)? Crumb { get; set; }

    /// <summary>Where this page can be asked for again: after a form was refused, the page it stood on.</summary>
    public string Path { get => field ?? Http.Request.Path.Value ?? "/"; set; }

    public DateTimeOffset Now => time.GetUtcNow();

    public Session Session => session ??= sessions.Of(Http);

    public Persona? Persona => Session.Persona;

    /// <summary>The clerk before this browser; the door let nobody else in.</summary>
    public Persona.Clerk Clerk() => Persona as Persona.Clerk
        ?? throw new InvalidOperationException("Only a clerk comes through this door.");

    /// <summary>The resident before this browser; the door let nobody else in.</summary>
    public Persona.Resident Resident() => Persona as Persona.Resident
        ?? throw new InvalidOperationException("Only a resident comes through this door.");

    /// <summary>The verifier before this browser; the door let nobody else in.</summary>
    public Persona.Verifier Verifier() => Persona as Persona.Verifier
        ?? throw new InvalidOperationException("Only a verifier comes through this door.");

    /// <summary>The editor of the access list before this browser; the door let nobody else in.</summary>
    public Persona.Editor Editor() => Persona as Persona.Editor
        ?? throw new InvalidOperationException("Only an editor comes through this door.");

    public Clerk AtDesk() => new(Clerk().Staff, Clerk().Office);

    private HttpContext Http => request.HttpContext
        ?? throw new InvalidOperationException("A visit lives inside a request.");
}
