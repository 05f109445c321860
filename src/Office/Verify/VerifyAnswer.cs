using System.Collections.Immutable;
using Musubi.Access;
using Musubi.Vocabulary;

namespace Musubi.Office.Verify;

public enum Verdict
{
    Valid,
    NotValid,
    UnderCorrection,

    /// <summary>The question has no answer now; the refusal says what to do.</summary>
    CannotSay,
}

/// <summary>What a verifier may know, and nothing else: the entry's own fields.</summary>
/// <param name="Refused">Why there is no answer, or why the card is not valid.</param>
/// <param name="Fields">Exactly the fields that were read, in the order of the entry.</param>
/// <param name="Photo">JPEG, where the entry has the photo.</param>
public sealed record VerifyAnswer(
    Verdict Verdict, Refusal? Refused, ImmutableArray<FieldValue> Fields, ImmutableArray<byte> Photo)
{
    public static VerifyAnswer Without(Verdict verdict, Refusal refused) => new(verdict, refused, [], []);
}
