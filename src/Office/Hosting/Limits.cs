using System.Threading.RateLimiting;

namespace Musubi.Office.Hosting;

/// <summary>How much one address may ask. Generous to a busy desk and to a test; a flood gets 429 and a
/// sentence.</summary>
internal static class Limits
{
    /// <summary>The longest form is a page of text; no file is sent to us.</summary>
    public const long LongestBody = 64 * 1024;

    /// <summary>A clerk's browser stays under 5 a second; 64 desks behind one address stay under this.</summary>
    private const int RequestsPerSecond = 200;

    private const int Burst = 2_000;

    /// <summary>A code printed on a card has six digits: guessing must be slow even where the card would allow
    /// it.</summary>
    private const int ReadingsPerMinute = 120;

    public const string Readings = "readings";

    public static void AddLimits(this IServiceCollection services) => services.AddRateLimiter(limiter =>
    {
        limiter.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
        limiter.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, string>(http =>
            RateLimitPartition.GetTokenBucketLimiter(Address(http), _ => new TokenBucketRateLimiterOptions
            {
                TokenLimit = Burst,
                TokensPerPeriod = RequestsPerSecond,
                ReplenishmentPeriod = TimeSpan.FromSeconds(1),
                QueueLimit = 0,
            }));
        limiter.AddPolicy(Readings, http =>
            RateLimitPartition.GetFixedWindowLimiter(Address(http), _ => new FixedWindowRateLimiterOptions
            {
                PermitLimit = ReadingsPerMinute,
                Window = TimeSpan.FromMinutes(1),
                QueueLimit = 0,
            }));
    });

    private static string Address(HttpContext http) => http.Connection.RemoteIpAddress?.ToString() ?? "none";
}
