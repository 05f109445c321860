using System.Collections.Immutable;
using Musubi.Vocabulary;

namespace Musubi.Linkage;

/// <summary>The question of the house: are these two records the same person's?</summary>
/// <remarks>They agree only where all four basic attributes agree exactly in their normalised forms. Everything else
/// goes to people, with the reasons; nothing here ever links by likeness. The caller brings the strong evidence (both
/// chips proved with their holder present): agreement alone proves no identity, because people share names, birthdays
/// and homes. The engine that weighs evidence comes later, behind this same question.</remarks>
public static class SamePersonQuestion
{
    public static LinkVerdict Ask(FourAttributes one, FourAttributes other)
    {
        ArgumentNullException.ThrowIfNull(one);
        ArgumentNullException.ThrowIfNull(other);
        return new(
        [
            .. NameForms.Compare(one.Name, other.Name),
            .. Compare(one.BirthDate, other.BirthDate),
            .. Compare(one.Sex, other.Sex),
            .. Compare(one.Address, other.Address),
        ]);
    }

    private static IEnumerable<Difference> Compare(PartialDate one, PartialDate other)
    {
        if (one == other) yield break;
        // A date that only one register knows fully may well be the same one; a person decides, not we.
        var overlap = one.Earliest <= other.Latest && other.Earliest <= one.Latest;
        yield return overlap ? Difference.BirthDateLessKnown : Difference.BirthDate;
    }

    private static IEnumerable<Difference> Compare(Sex one, Sex other)
    {
        if (one == other) yield break;
        yield return one is Sex.Unspecified || other is Sex.Unspecified ? Difference.SexNotRecorded : Difference.Sex;
    }

    private static IEnumerable<Difference> Compare(Address one, Address other)
    {
        if (one.Municipality != other.Municipality) yield return Difference.Municipality;
        else if (!string.Equals(AddressForm.Of(one.Text), AddressForm.Of(other.Text), StringComparison.Ordinal))
            yield return Difference.AddressText;
    }
}

/// <summary>The four basic attributes by which a record is compared.</summary>
public sealed record FourAttributes(PersonName Name, PartialDate BirthDate, Sex Sex, Address Address);

public enum BasicAttribute { Name, BirthDate, Sex, Address }

/// <summary>One way in which two records do not agree.</summary>
public enum Difference
{
    RomanName,
    KanjiName,
    Alias,
    BirthDate,

    /// <summary>One register knows the date less fully; what both know agrees.</summary>
    BirthDateLessKnown,
    Sex,
    SexNotRecorded,
    Municipality,
    AddressText,
}

/// <summary>The answer: every difference, in the order name, birth date, sex, address. None means agreement.</summary>
public sealed record LinkVerdict(ImmutableArray<Difference> Differences)
{
    public bool Agrees => Differences.IsEmpty;

    /// <summary>The attributes that differ, each once.</summary>
    public ImmutableArray<BasicAttribute> Differing => [.. Differences.Select(AttributeOf).Distinct()];

    private static BasicAttribute AttributeOf(Difference difference) => difference switch
    {
        Difference.RomanName or Difference.KanjiName or Difference.Alias => BasicAttribute.Name,
        Difference.BirthDate or Difference.BirthDateLessKnown => BasicAttribute.BirthDate,
        Difference.Sex or Difference.SexNotRecorded => BasicAttribute.Sex,
        Difference.Municipality or Difference.AddressText => BasicAttribute.Address,
    };
}
