using System.Collections.Immutable;
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
/// <param name="Fields">Exactly the fields that were read, in the order of card.json.</param>
/// <param name="Photo">JPEG, where the entry has the photo.</param>
/// <param name="Unprotected">It came from a separate card, which opens to whoever holds its number.</param>
public sealed record VerifyAnswer(
    Verdict Verdict, Refusal? Refused, ImmutableArray<ReadField> Fields, ImmutableArray<byte> Photo, bool Unprotected)
{
    public static VerifyAnswer Without(Verdict verdict, Refusal refused) => new(verdict, refused, [], [], false);
}

/// <param name="Value">As the card holds it.</param>
public sealed record ReadField(FieldId Field, string Value);
