using System.Collections.Immutable;
using System.Text;
using Musubi.Vocabulary;

namespace Musubi.Linkage;

/// <summary>The question whether two records are one person's. It is asked for two people whose chips have both been
/// proved; the answer never links by itself.</summary>
/// <remarks>Agreement means exact agreement of the four basic attributes in their normalised forms. Anything else goes
/// to people, with the reasons. The engine that weighs evidence comes later, behind this same question.</remarks>
public static class SamePersonQuestion
{
    public static LinkVerdict Ask(FourAttributes one, FourAttributes other)
    {
        ArgumentNullException.ThrowIfNull(one);
        ArgumentNullException.ThrowIfNull(other);
        var differing = ImmutableArray.CreateBuilder<BasicAttribute>();
        if (!NamesAgree(one.Name, other.Name)) differing.Add(BasicAttribute.Name);
        if (one.BirthDate != other.BirthDate) differing.Add(BasicAttribute.BirthDate);
        if (one.Sex != other.Sex) differing.Add(BasicAttribute.Sex);
        if (!AddressesAgree(one.Address, other.Address)) differing.Add(BasicAttribute.Address);
        return new LinkVerdict(differing.ToImmutable());
    }

    /// <summary>The Roman form must agree, and every other form that both records hold. A form that only one register
    /// keeps (an alias stands in the resident record alone) says nothing against.</summary>
    private static bool NamesAgree(PersonName one, PersonName other) =>
        one.Forms.All(form => other.In(form.Script) is not { } same || Normal(form) == Normal(same));

    private static (string Family, string Given) Normal(NameForm form) => (Fold(form.Family), Fold(form.Given));

    private static bool AddressesAgree(Address one, Address other) =>
        one.Municipality == other.Municipality
        && string.Equals(Fold(one.Text), Fold(other.Text), StringComparison.Ordinal);

    /// <summary>Width, case, spaces and the many hyphens do not tell people apart.</summary>
    private static string Fold(string text)
    {
        var folded = new StringBuilder(text.Length);
        foreach (var c in text.Normalize(NormalizationForm.FormKC))
        {
            if (char.IsWhiteSpace(c)) continue;
            folded.Append(c is '‐' or '‑' or '‒' or '–' or '—' or '−' or 'ー' ? '-' : char.ToUpperInvariant(c));
        }
        return folded.ToString();
    }
}

/// <summary>The four basic attributes by which a record is compared.</summary>
public sealed record FourAttributes(PersonName Name, PartialDate BirthDate, Sex Sex, Address Address);

public enum BasicAttribute { Name, BirthDate, Sex, Address }

/// <summary>The answer: which attributes differ. None means agreement.</summary>
public sealed record LinkVerdict(ImmutableArray<BasicAttribute> Differing)
{
    public bool Agrees => Differing.IsEmpty;
}
