using Musubi.Chip.Apdu;

namespace Musubi.Chip.Applications;

/// <summary>What a card gave, or why it gave nothing. A pulled card is neither: it throws.</summary>
/// <typeparam name="T">What was asked for.</typeparam>
public readonly record struct CardResult<T>
{
    private readonly T? value;

    private CardResult(T? value, CardRefusal? refusal)
    {
        this.value = value;
        Refusal = refusal;
    }

    /// <summary>Why not, or null when the value is there.</summary>
    public CardRefusal? Refusal { get; }

    /// <summary>True when the value is there.</summary>
    public bool IsGiven => Refusal is null;

    /// <summary>The value.</summary>
    /// <exception cref="InvalidOperationException">The card refused; ask <see cref="IsGiven"/> first.</exception>
    public T Value => Refusal is null ? value! : throw new InvalidOperationException($"The card refused: {Refusal}.");

    /// <summary>The card gave the value.</summary>
    public static implicit operator CardResult<T>(T value) => new(value, null);

    /// <summary>The card gave nothing.</summary>
    public static implicit operator CardResult<T>(CardRefusal refusal) => new(default, refusal);
}

/// <summary>Why a card gave nothing.</summary>
public enum CardRefusal
{
    /// <summary>The card has no such application: it is another kind of card.</summary>
    NoSuchApplication,

    /// <summary>The file or key is not on this card.</summary>
    NoSuchFile,

    /// <summary>A PIN or number has to be presented first, or the counter's authority is missing.</summary>
    NotPermitted,

    /// <summary>The card refused for another reason.</summary>
    Refused,

    /// <summary>The card answered, but not in the form that its specification states.</summary>
    Malformed,

    /// <summary>What is on the card was not made by its issuer, or for another card.</summary>
    NotGenuine,

    /// <summary>The answer's seal is not this card's.</summary>
    AnswerNotFromThisCard,

    /// <summary>The card could not write its memory; nothing was changed.</summary>
    MemoryFailure,
}

/// <summary>Status words as reasons.</summary>
internal static class CardRefusals
{
    public static CardRefusal Of(StatusWord status)
    {
        if (status == StatusWord.FileNotFound) return CardRefusal.NoSuchFile;
        if (status == StatusWord.SecurityStatusNotSatisfied) return CardRefusal.NotPermitted;
        if (status == StatusWord.MemoryFailure) return CardRefusal.MemoryFailure;
        return status.IsSuccess ? CardRefusal.Malformed : CardRefusal.Refused;
    }
}
