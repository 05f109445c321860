using Musubi.Chip;
using Musubi.Vocabulary;

namespace Musubi.Counter;

/// <summary>What one form of an act brings: exactly one of these. PINs live in it for the moment of the step.</summary>
public abstract record StepInput
{
    private StepInput() { }

    /// <summary>A card on the reader: the residence card with the number printed on it, or a number or merged card
    /// with its four-digit PIN. Also for reading a new card before it is handed over.</summary>
    public sealed record ShowCard(ICardChannel Card, ResidenceCardNumber? Number = null, string? Pin = null) : StepInput
    {
        public override string ToString() => nameof(ShowCard);
    }

    public sealed record Choose(ActChoice Choice) : StepInput;

    /// <summary>The answers were read and are right.</summary>
    public sealed record Check : StepInput;

    /// <summary>The consent in the language shown. With a card and its PIN the receipt is signed.</summary>
    public sealed record Agree(Language Language, bool Agreed, ICardChannel? Card = null, string? Pin = null)
        : StepInput
    {
        public override string ToString() => nameof(Agree);
    }

    public sealed record Commit : StepInput;

    /// <summary>PINs that the holder chose at the PIN pad; the card is made with them at once and they are forgotten.
    /// Null where only a residence card is made, which has none.</summary>
    public sealed record MakeCard(ChosenPins? Pins) : StepInput
    {
        public override string ToString() => nameof(MakeCard);
    }

    /// <summary>The card to be rewritten, on the reader. A merged card asks for its six-digit PIN; a number card for
    /// none.</summary>
    public sealed record WriteCard(ICardChannel Card, string? Pin) : StepInput
    {
        public override string ToString() => nameof(WriteCard);
    }
}

/// <summary>PINs of a new card. A residence card has none.</summary>
/// <param name="Four">Four digits: authentication certificate and text application.</param>
/// <param name="Six">Six digits: the eID application of a merged card.</param>
/// <param name="Signature">Six to sixteen capital letters and digits: the signature certificate.</param>
public sealed record ChosenPins(string Four, string Six, string Signature)
{
    private const int FourDigits = 4, SixDigits = 6, ShortestSignature = 6, LongestSignature = 16;

    public bool IsWellFormed =>
        Four.Length == FourDigits && Four.All(char.IsAsciiDigit)
        && Six.Length == SixDigits && Six.All(char.IsAsciiDigit)
        && Signature.Length is >= ShortestSignature and <= LongestSignature
        && Signature.All(c => char.IsAsciiLetterUpper(c) || char.IsAsciiDigit(c));

    public override string ToString() => nameof(ChosenPins);
}

/// <summary>Who stands behind the desk, and where.</summary>
public sealed record Clerk(StaffId Staff, OfficeId Office);
