using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace Musubi.Office.Hosting;

/// <summary>What one browser is in the middle of. It dies with the process: everything that must not be lost is in
/// the registers and the journal.</summary>
public sealed class Session
{
    private readonly ConcurrentDictionary<string, object> things = new(StringComparer.Ordinal);

    public Persona? Persona { get; set; }

    internal long LastSeen { get; set; }

    /// <summary>A thing this browser's pages keep between two requests, one of each type.</summary>
    public T The<T>() where T : class, new() => (T)things.GetOrAdd(typeof(T).Name, _ => new T());

    /// <summary>Another person took the seat: nothing of the one before may be seen.</summary>
    public void SitDown(Persona? persona)
    {
        things.Clear();
        Persona = persona;
    }
}

/// <summary>Browsers by a random cookie. The cookie says nothing; what it stands for stays here.</summary>
public sealed class Sessions(TimeProvider time)
{
    public const string CookieName = "musubi-visit";

    /// <summary>More browsers than any office has desks; beyond it the one unseen for longest is forgotten.</summary>
    private const int MostSessions = 10_000;

    /// <summary>One working day, so that nobody is thrown out at the desk.</summary>
    private static readonly TimeSpan life = TimeSpan.FromHours(10);

    private readonly ConcurrentDictionary<string, Session> sessions = new(StringComparer.Ordinal);

    /// <summary>The session of this browser, or a new one that is kept as soon as the persona is picked.</summary>
    public Session Of(HttpContext http)
    {
        if (http.Items[typeof(Session)] is Session known) return known;
        var now = time.GetTimestamp();
        var session = http.Request.Cookies[CookieName] is { } key && sessions.TryGetValue(key, out var found)
            && time.GetElapsedTime(found.LastSeen, now) < life ? found : new Session();
        session.LastSeen = now;
        http.Items[typeof(Session)] = session;
        return session;
    }

    /// <summary>Begins a session under a new key, so that a key someone else knew is worth nothing.</summary>
    public Session Begin(HttpContext http, Persona persona)
    {
        if (http.Request.Cookies[CookieName] is { } old) sessions.TryRemove(old, out _);
        MakeRoom();
        var session = new Session { LastSeen = time.GetTimestamp() };
        session.SitDown(persona);
        var key = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
        sessions[key] = session;
        http.Items[typeof(Session)] = session;
        http.Response.Cookies.Append(CookieName, key, SafeCookie(http));
        return session;
    }

    public static CookieOptions SafeCookie(HttpContext http) => new()
    {
        HttpOnly = true,
        SameSite = SameSiteMode.Strict,
        Secure = http.Request.IsHttps,
        Path = "/",
        IsEssential = true,
    };

    private void MakeRoom()
    {
        while (sessions.Count >= MostSessions)
        {
            var oldest = sessions.MinBy(entry => entry.Value.LastSeen);
            sessions.TryRemove(oldest.Key, out _);
        }
    }
}
