using System.Collections.Immutable;
using Musubi.Vocabulary;

namespace Musubi.Registers;

/// <summary>What the number register holds of one person. A new version replaces the whole record.</summary>
/// <param name="ResidenceCard">The residence card number that this register was told of, or null.</param>
/// <param name="Cards">Every card ever ordered for this person, oldest first.</param>
public sealed record NumberRecord(
    PersonId Id,
    MyNumber Number,
    PersonName Name,
    PartialDate BirthDate,
    Sex Sex,
    Nationality? Nationality,
    Address Address,
    ResidenceCardNumber? ResidenceCard,
    ImmutableArray<NumberCardRecord> Cards) : IRegisterRecord
{
    public PersonId Key => Id;

    public IEnumerable<Term> Identifiers()
    {
        yield return Term.Of(Number);
        if (ResidenceCard is { } card) yield return Term.Of(card);
        foreach (var own in Cards) yield return Term.Of(own.Serial);
    }

    public IEnumerable<Term> Names() => Term.OfNames(Name, BirthDate);

    /// <summary>Only the key: what is printed ends up in a log.</summary>
    public override string ToString() => $"number record {Id}";
}

/// <param name="SignatureCertificateSerial">Null where the holder has none (a child, or it died with a move).</param>
public sealed record NumberCardRecord(
    CardSerial Serial,
    CardKind Kind,
    DateOnly IssuedOn,
    DateOnly ExpiresOn,
    CardState State,
    string AuthenticationCertificateSerial,
    string? SignatureCertificateSerial,
    DateOnly CertificatesUntil)
{
    /// <summary>Whether the chip with this authentication certificate is this card.</summary>
    public bool HasCertificate(string? serialOnChip) => IsSerial(AuthenticationCertificateSerial, serialOnChip);

    /// <summary>Certificate serials are hexadecimal in either case; a card that is not made yet has none.</summary>
    public static bool IsSerial(string registered, string? onChip)
    {
        ArgumentNullException.ThrowIfNull(registered);
        return registered.Length > 0 && string.Equals(registered, onChip, StringComparison.OrdinalIgnoreCase);
    }
}
