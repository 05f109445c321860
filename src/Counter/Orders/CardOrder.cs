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
/// <param name="Groups">The card fields that change, by the jurisdiction's card.json.</param>
public sealed record CardRewrite(
    ActId Act,
    Route Route,
    CardSerial Serial,
    ImmutableArray<FieldId> Fields,
    ResidenceRecord Residence,
    DateOnly? ExpiresOn,
    DateOnly? CertificatesUntil,
    string? SignatureCertificate,
    WorkAnswer Work);
