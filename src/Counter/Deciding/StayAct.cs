using System.Collections.Immutable;
using Musubi.Registers;
using Musubi.Vocabulary;

namespace Musubi.Counter;

/// <summary>What Renew and ChangeStatus have in common: a permission granted at the desk, on either route, in one
/// visit.</summary>
internal static class StayAct
{
    public static ImmutableArray<Step> Steps(Route route) => route switch
    {
        Route.Merged => Counter.Steps.Take(
            StepId.ShowMergedCard, StepId.Choose, StepId.Check, StepId.Consent, StepId.Commit, StepId.WriteCard),
        Route.Separate => Counter.Steps.Take(
            StepId.ShowResidenceCard, StepId.ShowNumberCard, StepId.Choose, StepId.Check, StepId.Consent,
            StepId.Commit, StepId.WriteCard, StepId.MakeCard, StepId.HandOver),
    };

    public static Decision Decide(ActId act, Route route, ShownCards shown, StayGrant grant, Facts facts,
        DateOnly today)
    {
        if (Conditions.OnePerson(facts) is { } stranger) return Decision.No(stranger);
        if (Conditions.OnRoute(facts, route) is { } otherRoute) return Decision.No(otherRoute);
        if (Conditions.Shown(facts, shown, today) is { } card) return Decision.No(card);
        if (grant.WhyNot(facts.Law, facts.Residence, today) is { } why) return Decision.No(why);

        var stay = grant.ApplyTo(facts.Residence, today);
        return route switch
        {
            Route.Merged => OnTheSameCard(act, facts, shown, stay),
            Route.Separate => OnBothCards(act, facts, shown, stay, today),
        };
    }

    /// <summary>The plastic outlives the stay: only the protected groups are written anew.</summary>
    private static Decision.Decided OnTheSameCard(ActId act, Facts facts, ShownCards shown, ResidenceRecord stay) =>
        new(stay, null, null, new CardWork([], new CardRewrite(
            act, Route.Merged, stay.Id, facts.Number.Id, shown.Number, CardFields.Of(facts.Law, CardFields.Stay),
            Attributes: false, facts.Number.Cards.First(card => card.Serial == shown.Number).CertificatesUntil,
            AuthenticationCertificate: null, SignatureCertificate: null)));

    /// <summary>A new residence card, because its face carries the stay; the My Number card is kept and extended in
    /// the same visit, so that nobody has to go to the municipality afterwards.</summary>
    private static Decision.Decided OnBothCards(
        ActId act, Facts facts, ShownCards shown, ResidenceRecord stay, DateOnly today)
    {
        var (residence, order) = Plastic.ResidenceCard(act, facts, stay, today);
        var kept = facts.Number.Cards.First(card => card.Serial == shown.Number);
        var expires = Stay.OfNumberCard(facts.Law, stay, kept.IssuedOn);
        var certificates = Stay.OfCertificates(facts.Law, stay, today, expires);
        var (number, rewrite) = Plastic.ExtendedNumberCard(act, facts, kept, expires, certificates);
        return new Decision.Decided(residence, number, null, new CardWork([order], rewrite));
    }
}
