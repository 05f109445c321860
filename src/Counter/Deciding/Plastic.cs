using Musubi.Registers;
using Musubi.Vocabulary;

namespace Musubi.Counter;

/// <summary>Ordering plastic: the row *Ordered* in each register that the card belongs to, and the order itself; and
/// extending what is kept.</summary>
internal static class Plastic
{
    public static (ResidenceRecord Residence, NumberRecord Number, CardOrder Order) Merged(
        ActId act, Facts facts, ResidenceRecord stay, DateOnly today)
    {
        var expires = Stay.OfMergedCard(facts.Law, stay, today);
        var certificates = Stay.OfCertificates(facts.Law, stay, today, expires);
        var residence = stay.Add(new ResidenceCardRecord(
            facts.Fresh.Card, CardKind.Merged, today, expires, CardState.Ordered, facts.Fresh.Serial));
        var number = facts.Number.Add(NumberRow(facts, CardKind.Merged, today, expires, certificates));
        return (residence, number,
            Order(act, CardProduct.Merged, facts, residence, number, today, expires, certificates));
    }

    public static (ResidenceRecord Residence, CardOrder Order) ResidenceCard(
        ActId act, Facts facts, ResidenceRecord stay, DateOnly today)
    {
        var expires = Stay.OfResidenceCard(facts.Law, stay, today);
        var residence = stay.Add(new ResidenceCardRecord(
            facts.Fresh.Card, CardKind.Separate, today, expires, CardState.Ordered, Serial: null));
        return (residence, Order(act, CardProduct.Residence, facts, residence, null, today, expires, expires));
    }

    public static (NumberRecord Number, CardOrder Order) NumberCard(
        ActId act, Facts facts, ResidenceRecord stay, DateOnly today)
    {
        var expires = Stay.OfNumberCard(facts.Law, stay, today);
        var certificates = Stay.OfCertificates(facts.Law, stay, today, expires);
        var number = facts.Number.Add(NumberRow(facts, CardKind.Separate, today, expires, certificates));
        return (number, Order(act, CardProduct.Number, facts, stay, number, today, expires, certificates));
    }

    /// <summary>The separate number card that is kept: it lasts longer, and gets new certificates for that.</summary>
    public static (NumberRecord Number, CardRewrite Rewrite) ExtendedNumberCard(
        ActId act, Facts facts, NumberCardRecord kept, DateOnly expires, DateOnly certificates)
    {
        var number = facts.Number.Change(card => card.Serial != kept.Serial ? card : card with
        {
            ExpiresOn = expires,
            CertificatesUntil = certificates,
            AuthenticationCertificateSerial = facts.Fresh.AuthenticationCertificate,
            SignatureCertificateSerial = SignatureCertificate(facts),
        });
        return (number, new CardRewrite(act, Route.Separate, facts.Residence.Id, number.Id, kept.Serial, [],
            Attributes: false, certificates, facts.Fresh.AuthenticationCertificate, SignatureCertificate(facts)));
    }

    /// <summary>A holder whose last card had no signature certificate (a child) gets none on the next.</summary>
    public static string? SignatureCertificate(Facts facts) =>
        facts.Number.Cards.LastOrDefault() is { SignatureCertificateSerial: null }
            ? null
            : facts.Fresh.SignatureCertificate;

    private static NumberCardRecord NumberRow(
        Facts facts, CardKind kind, DateOnly today, DateOnly expires, DateOnly certificates) =>
        new(facts.Fresh.Serial, kind, today, expires, CardState.Ordered,
            facts.Fresh.AuthenticationCertificate, SignatureCertificate(facts), certificates);

    private static CardOrder Order(
        ActId act, CardProduct product, Facts facts, ResidenceRecord residence, NumberRecord? number,
        DateOnly today, DateOnly expires, DateOnly certificates) =>
        new(act, product, today, expires, certificates,
            product is CardProduct.Number ? null : facts.Fresh.Card,
            product is CardProduct.Residence ? null : facts.Fresh.Serial,
            facts.Fresh.AuthenticationCertificate, SignatureCertificate(facts),
            residence, number, facts.Law.Work(residence.Status, residence.Permit));
}
