using Musubi.Registers;
using Musubi.Vocabulary;

namespace Musubi.Counter;

/// <summary>An application for an extension or a change that is not decided while the resident stands there.</summary>
/// <param name="Kind">Renew or ChangeStatus: the act that will decide it.</param>
public sealed record ApplicationRequest(ActId Act, ActKind Kind, Route Route, ShownCards Shown);

/// <summary>Received now and decided later, by the same act: granting is <see cref="Renew"/> or
/// <see cref="ChangeStatus"/> as ever, which ends the waiting. Meanwhile stay and cards go on for the special
/// period.</summary>
public static class Application
{
    /// <summary>The residence register notes what was filed and when. A number card that ends with the stay is
    /// extended for the special period in the same visit, so that nobody has to go to the municipality.</summary>
    public static Decision Receive(ApplicationRequest request, Facts facts, DateOnly today)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(facts);
        if (WhyNot(request, facts, today) is { } why) return Decision.No(why);
        if (CardValidity.HasEnded(facts.Law, facts.Residence, today)) return Decision.No(RefusalCode.StayEnded);
        if (facts.Residence.StayUntil is null && request.Kind == ActKind.Renew)
            return Decision.No(RefusalCode.NothingToChange);
        if (facts.Residence.Pending is not null) return Decision.No(RefusalCode.ApplicationPending);

        var filed = facts.Residence with { Pending = new PendingApplication(request.Kind, today) };
        var kept = facts.Number.Cards.First(card => card.Serial == request.Shown.Number);
        var carried = CardValidity.CardEnd(facts.Law, filed, kept.ExpiresOn);
        return request.Route switch
        {
            // The plastic outlives the stay, and no field on it speaks of an application.
            Route.Merged => new Decision.Decided(filed, null, null, CardWork.None),
            Route.Separate when carried == kept.ExpiresOn => new Decision.Decided(filed, null, null, CardWork.None),
            Route.Separate => Extended(request, facts, filed, kept, carried, today),
        };
    }

    /// <summary>The application was refused. Stay and cards end when they would have ended without it; nothing on a
    /// card changes, for the register's word counts.</summary>
    public static Decision Refuse(ApplicationRequest request, Facts facts, DateOnly today)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(facts);
        if (WhyNot(request, facts, today) is { } why) return Decision.No(why);
        if (facts.Residence.Pending?.Kind != request.Kind) return Decision.No(RefusalCode.NothingToChange);
        var number = facts.Residence.StayUntil is { } end && request.Route is Route.Separate
            ? facts.Number.Change(card => card.Serial != request.Shown.Number || card.ExpiresOn <= end ? card
                : card with { ExpiresOn = end, CertificatesUntil = Stay.Earlier(card.CertificatesUntil, end) })
            : null;
        return new Decision.Decided(facts.Residence with { Pending = null }, number, null, CardWork.None);
    }

    private static RefusalCode? WhyNot(ApplicationRequest request, Facts facts, DateOnly today) =>
        Conditions.OnePerson(facts) ?? Conditions.OnRoute(facts, request.Route)
            ?? Conditions.Shown(facts, request.Shown, today);

    private static Decision.Decided Extended(
        ApplicationRequest request, Facts facts, ResidenceRecord filed, NumberCardRecord kept, DateOnly carried,
        DateOnly today)
    {
        // The certificates do not outlive their own years: the fifth birthday counts from when they are made.
        var certificates = Stay.Earlier(carried, Stay.OfCertificates(facts.Law, filed, today, carried));
        var (number, rewrite) = Plastic.ExtendedNumberCard(request.Act, facts, kept, carried, certificates);
        return new Decision.Decided(filed, number, null, new CardWork([], rewrite));
    }
}
