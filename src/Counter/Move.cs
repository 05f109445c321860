using System.Collections.Immutable;
using Musubi.Registers;
using Musubi.Vocabulary;

namespace Musubi.Counter;

/// <summary>Notice of a new address.</summary>
public sealed record MoveRequest(ActId Act, Route Route, ShownCards Shown, Address To);

/// <summary>Both registers take the address; the card that holds it as text is rewritten, and the signing certificate,
/// which dies with the old address, is replaced. On separate cards the residence card is endorsed.</summary>
public static class Move
{
    public static ImmutableArray<Step> Steps(Route route) => route switch
    {
        Route.Merged => Counter.Steps.Take(
            StepId.ShowMergedCard, StepId.Choose, StepId.Check, StepId.Consent, StepId.Commit, StepId.WriteCard),
        Route.Separate => Counter.Steps.Take(
            StepId.ShowResidenceCard, StepId.ShowNumberCard, StepId.Choose, StepId.Check, StepId.Consent,
            StepId.Commit, StepId.WriteCard),
    };

    public static Decision Decide(MoveRequest request, Facts facts, DateOnly today)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(facts);
        if (Conditions.OnePerson(facts) is { } stranger) return Decision.No(stranger);
        if (Conditions.OnRoute(facts, request.Route) is { } otherRoute) return Decision.No(otherRoute);
        if (Conditions.Shown(facts, request.Shown, today) is { } card) return Decision.No(card);
        if (!facts.Law.Municipalities.ContainsKey(request.To.Municipality))
            return Decision.No(RefusalCode.AddressNotInMunicipality);
        if (request.To == facts.Residence.Address && request.To == facts.Number.Address)
            return Decision.No(RefusalCode.NothingToChange);

        var residence = facts.Residence with { Address = request.To };
        var number = (facts.Number with { Address = request.To }).Change(row => row.Serial != request.Shown.Number
            ? row
            : row with { SignatureCertificateSerial = Plastic.SignatureCertificate(facts) });
        var kept = number.Cards.First(row => row.Serial == request.Shown.Number);
        return new Decision.Decided(residence, number, null, new CardWork([], new CardRewrite(
            request.Act, request.Route, residence.Id, number.Id, request.Shown.Number,
            request.Route is Route.Merged ? CardFields.Of(facts.Law, CardFields.Address) : [], Attributes: true,
            kept.CertificatesUntil, AuthenticationCertificate: null, Plastic.SignatureCertificate(facts))));
    }
}
