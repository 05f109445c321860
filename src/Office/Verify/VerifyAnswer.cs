using System.Collections.Immutable;
using Musubi.Access;
using Musubi.Vocabulary;

namespace Musubi.Office.Verify;

public enum Verdict
{
    Valid,

    /// <summary>A real card that does not count any more, or not yet.</summary>
    NotValid,

    /// <summary>No issuer signed it, or no register knows it.</summary>
    NotReal,
    UnderCorrection,

    /// <summary>The question has no answer now; the refusal says what to do.</summary>
    CannotSay,
}

/// <summary>What a verifier may know, and nothing else: the entry's own fields.</summary>
/// <param name="Refused">Why there is no answer, or why the card is not valid.</param>
/// <param name="Fields">Exactly the fields that were read, in the order of the entry.</param>
/// <param name="Photo">As the chip has it, where the entry has the photo.</param>
public sealed record VerifyAnswer(
    Verdict Verdict, Refusal? Refused, ImmutableArray<FieldValue> Fields, ImmutableArray<byte> Photo)
{
    /// <summary>Fields of the entry that this kind of card does not bear.</summary>
    public ImmutableArray<FieldId> NotOnCard { get; init; } = [];

    /// <summary>An application is pending, and carries the stay to this day at the latest.</summary>
    public DateOnly? CarriedUntil { get; init; }

    /// <summary>A separate card: it would have shown more to anybody with its number.</summary>
    public bool IsUnprotected { get; init; }

    public static VerifyAnswer Without(Verdict verdict, Refusal refused) => new(verdict, refused, [], []);
}
