using System.Collections.Immutable;
using Musubi.Vocabulary;

namespace Musubi.Linkage;

/// <summary>What both registers say of a person, and all that the question looks at.</summary>
public sealed record FourAttributes(PersonName Name, PartialDate BirthDate, Sex Sex, Address Address);

/// <summary>The question of the house: are these two records the same person?</summary>
/// <remarks>Yes only where all four attributes agree exactly in their normalised forms. Everything else is for a person
/// to look at; nothing here ever links by likeness. The caller brings the strong evidence (both chips proved with their
/// holder present): agreement alone proves no identity, because people share names, birthdays and homes.</remarks>
public static class SamePerson
{
    public static Verdict Ask(FourAttributes residence, FourAttributes number)
    {
        ArgumentNullException.ThrowIfNull(residence);
        ArgumentNullException.ThrowIfNull(number);
        ImmutableArray<Difference> differences =
        [
            .. NameForms.Compare(residence.Name, number.Name),
            .. Compare(residence.BirthDate, number.BirthDate),
            .. Compare(residence.Sex, number.Sex),
            .. Compare(residence.Address, number.Address),
        ];
        return differences.IsEmpty ? new Verdict.Same() : new Verdict.Review(differences);
    }

    private static IEnumerable<Difference> Compare(PartialDate residence, PartialDate number)
    {
        if (residence == number) yield break;
        // A date that only one register knows fully may well be the same one; a person decides, not we.
        var overlap = residence.Earliest <= number.Latest && number.Earliest <= residence.Latest;
        yield return overlap ? Difference.BirthDateLessKnown : Difference.BirthDate;
    }

    private static IEnumerable<Difference> Compare(Sex residence, Sex number)
    {
        if (residence == number) yield break;
        yield return residence is Sex.Unspecified || number is Sex.Unspecified ? Difference.SexNotRecorded : Difference.Sex;
    }

    private static IEnumerable<Difference> Compare(Address residence, Address number)
    {
        if (residence.Municipality != number.Municipality) yield return Difference.Municipality;
        else if (!string.Equals(AddressForm.Of(residence.Text), AddressForm.Of(number.Text), StringComparison.Ordinal))
            yield return Difference.AddressText;
    }
}

/// <summary>The answer: the same person, or something to look at with its reasons.</summary>
public abstract record Verdict
{
    private Verdict() { }

    public sealed record Same : Verdict;

    /// <param name="Differences">Why, in the order name, birth date, sex, address; never empty.</param>
    public sealed record Review(ImmutableArray<Difference> Differences) : Verdict
    {
        /// <summary>The fields to show side by side.</summary>
        public ImmutableArray<FieldId> Fields => [.. Differences.Select(difference => difference.Field()).Distinct()];
    }
}

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

public static class Differences
{
    private static readonly FieldId Name = FieldId.Parse("name");
    private static readonly FieldId Alias = FieldId.Parse("alias");
    private static readonly FieldId BirthDate = FieldId.Parse("birth-date");
    private static readonly FieldId Sex = FieldId.Parse("sex");
    private static readonly FieldId Address = FieldId.Parse("address");

    /// <summary>The field that a difference is about.</summary>
    public static FieldId Field(this Difference difference) => difference switch
    {
        Difference.RomanName or Difference.KanjiName => Name,
        Difference.Alias => Alias,
        Difference.BirthDate or Difference.BirthDateLessKnown => BirthDate,
        Difference.Sex or Difference.SexNotRecorded => Sex,
        Difference.Municipality or Difference.AddressText => Address,
    };
}
