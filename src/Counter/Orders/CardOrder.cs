using System.Collections.Immutable;
using Musubi.Registers;
using Musubi.Vocabulary;

namespace Musubi.Counter;

/// <summary>Which plastic the bureau makes.</summary>
public enum CardProduct { Merged, Residence, Number }

/// <summary>One card to be made, with everything that goes on it and no PIN: those the holder chooses at the desk.
/// It leaves as one file.</summary>
/// <param name="Act">The act that ordered it. One act orders a product once: act and product name card and file.</param>
/// <param name="ExpiresOn">The card's own end, as the register holds it.</param>
public sealed record CardOrder(
    ActId Act,
    CardProduct Product,
    DateOnly IssuedOn,
    DateOnly ExpiresOn,
    DateOnly CertificatesUntil,
    ResidenceCardNumber? Card,
    CardSerial? Serial,
    string AuthenticationCertificate,
    string SignatureCertificate,
    ResidenceRecord Residence,
    NumberRecord? Number,
    WorkAnswer Work)
{
    public string Key => $"{Act}-{CounterTexts.Key(Product)}";
}

/// <summary>What is written on a card that its holder keeps.</summary>
/// <param name="Serial">The card, by its number side: only that very card is written.</param>
/// <param name="Fields">The fields of card.json that change; on separate cards those that a My Number card has.</param>
/// <param name="ExpiresOn">The card's new end, or null where it stays.</param>
/// <param name="CertificatesUntil">The end of new certificates.</param>
/// <param name="AuthenticationCertificate">Serial of a new authentication certificate, or null where it stays.</param>
/// <param name="SignatureCertificate">Serial of a new signature certificate, or null where it stays.</param>
public sealed record CardRewrite(
    ActId Act,
    Route Route,
    CardSerial Serial,
    ImmutableArray<FieldId> Fields,
    ResidenceRecord Residence,
    NumberRecord Number,
    DateOnly? ExpiresOn,
    DateOnly CertificatesUntil,
    string? AuthenticationCertificate,
    string? SignatureCertificate,
    WorkAnswer Work);
