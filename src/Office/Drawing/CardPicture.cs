using System.Collections.Immutable;
using Musubi.Vocabulary;

namespace Musubi.Office.Drawing;

/// <summary>A card as it is drawn: what is printed, and what the chip holds behind which lock. Which field stands
/// where comes from the jurisdiction's card.json; the drawing knows no field by name.</summary>
/// <param name="Title">What kind of card it is.</param>
/// <param name="Number">The number printed in the corner; empty where the side has none.</param>
/// <param name="Face">The printed fields from top to bottom.</param>
/// <param name="Chip">The chip's fields in the order of card.json.</param>
/// <param name="PortraitSeed">The invented portrait; the same seed draws the same face.</param>
public sealed record CardPicture(
    LocalText Title, string Number, ImmutableArray<FaceLine> Face, ImmutableArray<ChipLine> Chip, long PortraitSeed);

/// <summary>One printed field. A long one takes a line of its own.</summary>
public sealed record FaceLine(LocalText Label, string Value)
{
    /// <summary>Half a line of the card holds about this many narrow letters; a wide letter counts twice.</summary>
    private const int HalfLine = 19;

    public bool Wide => Value.Sum(c => c > '\u2E7F' ? 2 : 1) > HalfLine;
}

/// <summary>One field of the chip.</summary>
/// <param name="Label">Its name.</param>
/// <param name="Value">Shown only to the holder; null leaves it out.</param>
/// <param name="Place">Behind terminal rights, behind the holder's PIN, or open to whoever holds the card.</param>
/// <param name="Readers">The entries of the published list that may open it.</param>
public sealed record ChipLine(LocalText Label, string? Value, Place Place, ImmutableArray<LocalText> Readers)
{
    public bool Locked => Place is Place.Protected or Place.HolderPin;
}
