using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Musubi.Registers;
using Musubi.Vocabulary;

namespace Musubi.Counter;

/// <summary>Which plastic the bureau makes.</summary>
public enum CardProduct { Merged, Residence, Number }

/// <summary>One card to be made, with everything that goes on it and no PIN: those the holder chooses at the desk.
/// It leaves as one file.</summary>
/// <param name="Act">The act that ordered it. One act orders a product once: act and product name card and
/// file.</param>
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
    string? SignatureCertificate,
    ResidenceRecord Residence,
    NumberRecord? Number,
    WorkAnswer Work)
{
    [JsonIgnore]
    public string Key => OrderedCard.Of(this).Key;
}

/// <summary>The photograph of a person as read from the last residence card shown: JPEG 2000 or
/// JPEG. It goes on to the next card, so that nobody brings one. Name and address are drawn anew from the
/// registers: those on the old card may be out of date.</summary>
public sealed record CardPictures(ImmutableArray<byte> Face)
{
    public static CardPictures None { get; } = new([]);
}

/// <summary>A card that an act ordered, without any word about its holder: what the desk keeps of an order.</summary>
public sealed record OrderedCard(
    ActId Act, CardProduct Product, ResidenceCardNumber? Card, CardSerial? Serial, string AuthenticationCertificate)
{
    [JsonIgnore]
    public string Key => $"{Act}-{CounterTexts.Key(Product)}";

    internal static OrderedCard Of(CardOrder order) =>
        new(order.Act, order.Product, order.Card, order.Serial, order.AuthenticationCertificate);
}

/// <summary>What is written on a card that its holder keeps. The values are the registers' own at the time of writing.
/// </summary>
/// <param name="Serial">The card, by its number side: only that very card is written.</param>
/// <param name="Fields">The fields of card.json that change; none where the card has no protected fields.</param>
/// <param name="Attributes">The text application's attributes change too.</param>
/// <param name="CertificatesUntil">The end of new certificates.</param>
/// <param name="AuthenticationCertificate">Serial of a new authentication certificate, or null where it stays.</param>
/// <param name="SignatureCertificate">Serial of a new signature certificate, or null where it stays.</param>
public sealed record CardRewrite(
    ActId Act,
    Route Route,
    PersonId Residence,
    PersonId Number,
    CardSerial Serial,
    ImmutableArray<FieldId> Fields,
    bool Attributes,
    DateOnly CertificatesUntil,
    string? AuthenticationCertificate,
    string? SignatureCertificate);
