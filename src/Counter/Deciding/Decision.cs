using System.Collections.Immutable;
using Musubi.Registers;
using Musubi.Vocabulary;

namespace Musubi.Counter;

/// <summary>What an act decides: new records and the work on plastic that follows, or an expected no.</summary>
public abstract record Decision
{
    private Decision() { }

    /// <summary>Null means that this store is not touched.</summary>
    public sealed record Decided(ResidenceRecord? Residence, NumberRecord? Number, LinkRecord? Link, CardWork Work)
        : Decision;

    public sealed record Refused(Refusal Why) : Decision;

    internal static Refused No(RefusalCode code) => new(new Refusal(code));
}

/// <summary>What an act is decided on: both records, the link as both sides see it, the law and the day.</summary>
/// <param name="Link">The link whose residence side is this person, or null.</param>
/// <param name="NumberSideLink">The live link that claims this number person, or null. Not the same as
/// <paramref name="Link"/> when the number belongs to somebody else.</param>
/// <param name="Same">Why these two records are held to be one person's.</param>
public sealed record Facts(
    Jurisdiction Law,
    ResidenceRecord Residence,
    NumberRecord Number,
    LinkRecord? Link,
    LinkRecord? NumberSideLink,
    SamePerson Same,
    FreshNumbers Fresh)
{
    internal bool IsLinked => Link is { State: LinkState.Linked } link && link.Number == Number.Id;

    internal bool IsContested =>
        Link is { State: LinkState.Contested } || NumberSideLink is { State: LinkState.Contested };
}

/// <summary>Why two records count as one person's.</summary>
public enum SamePerson
{
    /// <summary>Nobody has asked yet, or the four attributes differ and no review has decided.</summary>
    NotShown,

    /// <summary>Both chips proved and the four attributes agree exactly in their normalised forms.</summary>
    AttributesAgree,

    /// <summary>Two reviewers decided so, each with a reason.</summary>
    Reviewed,

    /// <summary>The link store says so; the merged card was proved or reported lost.</summary>
    Linked,
}

/// <summary>Numbers drawn before the decision, so that deciding stays pure. Unused ones are thrown away.</summary>
public sealed record FreshNumbers(
    ResidenceCardNumber Card,
    CardSerial Serial,
    string AuthenticationCertificate,
    string SignatureCertificate);

/// <summary>The work on plastic that follows a commit: cards to make, a card to rewrite. Either may be empty.</summary>
public sealed record CardWork(ImmutableArray<CardOrder> Orders, CardRewrite? Rewrite)
{
    public static CardWork None { get; } = new([], null);

    public bool IsNone => Orders.IsEmpty && Rewrite is null;
}
