using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.Options;

namespace Musubi.Office.Hosting;

/// <summary>Policy on the route group: each group names its door, and what names none is shut for everybody.</summary>
public static class Doors
{
    public const string Scheme = "persona";

    public static void AddDoors(this IServiceCollection services)
    {
        services.AddAuthentication(Scheme).AddScheme<AuthenticationSchemeOptions, PersonaSignIn>(Scheme, null);
        var authorization = services.AddAuthorizationBuilder();
        foreach (var door in Enum.GetValues<Door>())
            authorization.AddPolicy(door.ToString(), policy => policy.RequireClaim(nameof(Door), door.ToString()));
        authorization.SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAssertion(_ => false).Build());
    }

    public static T Behind<T>(this T routes, Door door) where T : IEndpointConventionBuilder =>
        routes.RequireAuthorization(door.ToString());
}

/// <summary>Reads the persona of the session. It writes no cookie and answers a shut door with a page that says whose
/// door it is, or with a problem document under /api.</summary>
internal sealed class PersonaSignIn(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, Sessions sessions)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    protected override Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (sessions.Of(Context).Persona is not { } persona) return Task.FromResult(AuthenticateResult.NoResult());
        var identity = new ClaimsIdentity([new Claim(nameof(Door), persona.Door.ToString())], Scheme.Name);
        var ticket = new AuthenticationTicket(new ClaimsPrincipal(identity), Scheme.Name);
        return Task.FromResult(AuthenticateResult.Success(ticket));
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties) =>
        ErrorPages.Show(Context, StatusCodes.Status401Unauthorized);

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties) =>
        ErrorPages.Show(Context, StatusCodes.Status403Forbidden);
}
