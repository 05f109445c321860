using System.Collections.Immutable;
using Musubi.Vocabulary;

namespace Musubi.Access;

/// <summary>What the holder sees before anything is read: who asks, what for, under which law, which fields, and which
/// of them may be struck.</summary>
public sealed record ReadingOffer(AccessEntry Entry, int ListVersion)
{
    /// <summary>The fields that stay when the holder strikes some: only optional ones can go.</summary>
    public ImmutableArray<FieldId> Without(IReadOnlyCollection<FieldId> struck) =>
        [.. Entry.Fields.Where(field => !struck.Contains(field) || !Entry.OptionalFields.Contains(field))];
}

/// <summary>What opens the chip: the holder's PIN, or where the entry allows it the number printed on the card. It
/// also says which kind of card was shown. It lives for one reading.</summary>
public abstract record ReadingPassword
{
    private ReadingPassword() { }

    public sealed record Pin(string Digits) : ReadingPassword
    {
        public override string ToString() => nameof(Pin);
    }

    public sealed record Can(string Digits) : ReadingPassword
    {
        public override string ToString() => nameof(Can);
    }

    /// <summary>The number printed on a separate residence card: it opens that card to whoever holds it.</summary>
    public sealed record CardNumber(ResidenceCardNumber Number) : ReadingPassword
    {
        public override string ToString() => nameof(CardNumber);
    }

    /// <summary>Number B of a My Number card: birth date, year of expiry, security code, all printed on it.</summary>
    public sealed record NumberB(string Digits) : ReadingPassword
    {
        public const int Length = 14;

        public override string ToString() => nameof(NumberB);
    }
}

/// <summary>One field as handed to the verifier.</summary>
/// <param name="Parts">Its texts; one, or several where the card keeps it in several groups.</param>
/// <param name="Image">The photograph: JPEG or JPEG 2000. Empty for other fields.</param>
public sealed record FieldValue(FieldId Field, ImmutableArray<string> Parts, ImmutableArray<byte> Image)
{
    public string Text => string.Join(' ', Parts);
}

/// <summary>How a reading ended.</summary>
public abstract record ReadingOutcome
{
    private ReadingOutcome() { }

    /// <summary>The card is real and valid, and these are the entry's fields, no more.</summary>
    /// <param name="NotShown">Fields that the holder struck.</param>
    /// <param name="Kind">A separate card has not protected these fields: whoever holds its number could read
    /// more.</param>
    /// <param name="NotOnCard">Fields of the entry that this kind of card does not bear.</param>
    /// <param name="CarriedUntil">An application is pending, and carries the stay to this day at the latest; null where
    /// none is, or where it does not concern this verifier.</param>
    public sealed record Given(
        ActId Reading, AccessEntry Entry, ImmutableArray<FieldValue> Fields, ImmutableArray<FieldId> NotShown,
        CardKind Kind, ImmutableArray<FieldId> NotOnCard, DateOnly? CarriedUntil) : ReadingOutcome;

    /// <summary>Nothing was handed over. The refusal is recorded like a reading.</summary>
    /// <param name="Recorded">False only when nothing can be recorded at all.</param>
    public sealed record Refused(ActId Reading, Refusal Why, bool Recorded) : ReadingOutcome;
}
