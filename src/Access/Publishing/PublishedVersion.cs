using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;
using Musubi.Registers;
using Musubi.Vocabulary;

namespace Musubi.Access;

/// <summary>One version of the list as it was published. It is never changed and never goes away.</summary>
/// <param name="Json">The very bytes, as UTF-8 text.</param>
/// <param name="Jws">The same bytes signed: a compact JWS (RFC 7515, ES256).</param>
/// <param name="Reason">Why, in the words of whoever published or withdrew.</param>
/// <param name="Author">Who wrote or withdrew; null for the version that the law brought.</param>
/// <param name="Approver">The second person; null where none is needed.</param>
/// <param name="Nonce">Of its commitment: with it and <see cref="Record"/> anybody can prove the log's entry.</param>
/// <param name="OutboxNumber">The commitment's number in the outbox; null until it is there.</param>
public sealed record PublishedVersion(
    AccessList List, string Json, string Jws, VersionCause Cause, string Reason, StaffId? Author, StaffId? Approver,
    DateTimeOffset PublishedAt, string Nonce, long? OutboxNumber)
{
    public int Number => List.Version;

    /// <summary>SHA-256 of the bytes, hexadecimal.</summary>
    public string Hash => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Json)));

    /// <summary>What is committed to. It names no member of staff, so that it can be given to everybody.</summary>
    public string Record => RecordJson.Write(new ListVersionRecord(Number, Hash, Cause, PublishedAt));

    /// <summary>A publication counts once it is committed to; a withdrawal at once.</summary>
    internal bool IsInForce => OutboxNumber is not null || Cause is VersionCause.Withdrawal;
}

/// <summary>What the log commits to when a version is published.</summary>
public sealed record ListVersionRecord(int Version, string Hash, VersionCause Cause, DateTimeOffset PublishedAt)
{
    /// <summary>Topic in the outbox.</summary>
    public const string Topic = "access-list";
}

/// <summary>How a version came to be.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<VersionCause>))]
public enum VersionCause
{
    /// <summary>The list that the jurisdiction's data brought.</summary>
    Founding,

    /// <summary>A draft that a second person approved.</summary>
    Publication,

    /// <summary>One entry was withdrawn at once. That only narrows, so one person may.</summary>
    Withdrawal,
}

/// <summary>Where a commitment stands in the public log.</summary>
/// <param name="Index">The entry's index in the log.</param>
/// <param name="File">A tlog-proof file that verifies offline.</param>
public sealed record LogProof(long Index, string File);

internal sealed record VersionRow
{
    public long Number { get; init; }
    public string Cause { get; init; } = "";
    public string Reason { get; init; } = "";
    public string? Draft { get; init; }
    public string? Author { get; init; }
    public string? Approver { get; init; }
    public long PublishedAt { get; init; }
    public string List { get; init; } = "";
    public string Jws { get; init; } = "";
    public string Nonce { get; init; } = "";
    public long? Outbox { get; init; }

    public static VersionRow Of(PublishedVersion version, ActId? draft) => new()
    {
        Number = version.Number,
        Cause = version.Cause.ToString(),
        Reason = version.Reason,
        Draft = draft?.Stored,
        Author = version.Author?.Stored,
        Approver = version.Approver?.Stored,
        PublishedAt = version.PublishedAt.ToUnixTimeMilliseconds(),
        List = version.Json,
        Jws = version.Jws,
        Nonce = version.Nonce,
    };

    /// <exception cref="RegisterTamperedException">The stored text is no list of this card.</exception>
    public PublishedVersion Read(CardLayout card) =>
        AccessList.TryRead(Encoding.UTF8.GetBytes(List), card, out var list, out var problems) && list.Version == Number
            ? new(list, List, Jws, Enum.Parse<VersionCause>(Cause), Reason,
                Author is null ? null : StaffId.Parse(Author), Approver is null ? null : StaffId.Parse(Approver),
                DateTimeOffset.FromUnixTimeMilliseconds(PublishedAt), Nonce, Outbox)
            : throw new RegisterTamperedException(
                $"Version {Number} of the access list is not readable: {string.Join(" ", problems)}");
}
