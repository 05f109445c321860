using System.Collections.Immutable;
using System.Text;
using Musubi.Vocabulary;

namespace Musubi.Registers;

/// <summary>One word by which a record is found. It stands in the register's own lookup table and goes nowhere
/// else.</summary>
public readonly record struct Term
{
    private Term(string value) => Value = value;

    public string Value { get; }

    public static Term Of(ResidenceCardNumber number) => new("card " + number);

    public static Term Of(CardSerial serial) => new("serial " + serial);

    /// <summary>The number register is where a My Number is looked up: the one place it is revealed for.</summary>
    public static Term Of(MyNumber number) => new("number " + number.Reveal());

    public static Term OfNumberPerson(PersonId number) => new("person " + number);

    /// <summary>One term for each written form of the name, all with the date of birth.</summary>
    public static ImmutableArray<Term> OfNames(PersonName name, PartialDate birthDate) =>
        [.. name.Forms.Select(form => OfName(form.Family + form.Given, birthDate)).Distinct()];

    /// <summary>Spaces, case, width, punctuation and the kind of kana do not matter; the order of the parts
    /// does.</summary>
    public static Term OfName(string name, PartialDate birthDate) => new($"name {Fold(name)} {birthDate}");

    private static string Fold(string name)
    {
        var folded = new StringBuilder(name.Length);
        foreach (var c in name.IsNormalized(NormalizationForm.FormKC) ? name : name.Normalize(NormalizationForm.FormKC))
        {
            if (char.IsWhiteSpace(c) || char.IsPunctuation(c)) continue;
            folded.Append(c is >= 'ぁ' and <= 'ゖ' ? (char)(c + ('ァ' - 'ぁ')) : char.ToUpperInvariant(c));
        }
        return folded.ToString();
    }
}

/// <summary>A question to a register: who has this? Each register answers those that it holds.</summary>
public sealed record Find
{
    private Find(Term term) => Term = term;

    public Term Term { get; }

    public static Find ByResidenceCard(ResidenceCardNumber number) => new(Term.Of(number));

    public static Find ByMyNumber(MyNumber number) => new(Term.Of(number));

    public static Find BySerial(CardSerial serial) => new(Term.Of(serial));

    public static Find ByNumberPerson(PersonId number) => new(Term.OfNumberPerson(number));

    public static Find ByName(string name, PartialDate birthDate) => new(Term.OfName(name, birthDate));
}
