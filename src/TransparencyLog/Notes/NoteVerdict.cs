using System.Collections.Immutable;

namespace Musubi.TransparencyLog.Notes;

/// <summary>Whether a note's text may be believed.</summary>
public enum NoteTrust
{
    /// <summary>At least one known key signed it, and no signature of a known key fails.</summary>
    Trusted = 1,

    /// <summary>No known key signed it.</summary>
    NoKnownKey,

    /// <summary>A signature that names a known key does not hold: the whole note is refused.</summary>
    BadSignature,
}

/// <summary>A signature that holds.</summary>
/// <param name="Key">Whose.</param>
/// <param name="At">When, where the signature says so; a cosigner that makes no statement on time says 0, which
/// reads as null.</param>
public sealed record VerifiedSignature(NoteKey Key, DateTimeOffset? At);

/// <summary>What checking a note's signatures gave.</summary>
/// <param name="Signatures">Those of known keys, in the note's order; empty unless trusted.</param>
public sealed record NoteVerdict(NoteTrust Trust, ImmutableArray<VerifiedSignature> Signatures)
{
    public bool IsTrusted => Trust is NoteTrust.Trusted;

    public bool Has(NoteKey key) => Signatures.Any(signature => signature.Key.Equals(key));
}
