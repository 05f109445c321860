using System.Collections.Immutable;
using System.Globalization;

namespace Musubi.Vocabulary;

/// <summary>One expected no, with the particulars its sentence names. It holds no personal data and no
/// secret.</summary>
/// <param name="Code">The reason.</param>
/// <param name="TriesLeft">How many tries of the PIN are left.</param>
/// <param name="OtherAct">The act that was first.</param>
/// <param name="OtherActKind">What that act is, so that the sentence can name it.</param>
/// <param name="Fields">The card fields it is about.</param>
/// <param name="Entry">The entry of the access list it is about.</param>
public sealed record Refusal(
    RefusalCode Code,
    int? TriesLeft = null,
    ActId? OtherAct = null,
    ActKind? OtherActKind = null,
    ImmutableArray<FieldId> Fields = default,
    EntryId? Entry = null)
{
    public ImmutableArray<FieldId> Fields { get; init; } = Fields.IsDefault ? [] : Fields;

    /// <summary>The rights of a terminal that are missing, in the words that certificate tools print.</summary>
    public ImmutableArray<string> Rights { get; init; } = [];

    /// <summary>The entries of the access list that have these rights.</summary>
    public ImmutableArray<EntryId> Holders { get; init; } = [];

    /// <summary>The stable public code: "MUS-1001".</summary>
    public string PublicCode => PublicCodeOf(Code);

    public static string PublicCodeOf(RefusalCode code) =>
        string.Create(CultureInfo.InvariantCulture, $"MUS-{(int)code:0000}");

    public bool Equals(Refusal? other) => other is not null
        && (Code, TriesLeft, OtherAct, OtherActKind, Entry)
            == (other.Code, other.TriesLeft, other.OtherAct, other.OtherActKind, other.Entry)
        && Fields.AsSpan().SequenceEqual(other.Fields.AsSpan())
        && Rights.AsSpan().SequenceEqual(other.Rights.AsSpan())
        && Holders.AsSpan().SequenceEqual(other.Holders.AsSpan());

    public override int GetHashCode() =>
        HashCode.Combine(Code, TriesLeft, OtherAct, OtherActKind, Entry, Fields.Length);
}
