using System.Collections.Immutable;
using Musubi.Access;
using Musubi.Counter;
using Musubi.Office.Demo;
using Musubi.Office.Drawing;
using Musubi.Office.Hosting;
using Musubi.Office.Texts;
using Musubi.Registers;
using Musubi.Vocabulary;
using Route = Musubi.Vocabulary.Route;

namespace Musubi.Office.Resident;

/// <summary>What a resident sees: their card, who looked, their choice, and what is under way.</summary>
internal static class ResidentPages
{
    public static void MapResident(this IEndpointRouteBuilder routes)
    {
        var resident = routes.MapGroup("/resident").Behind(Door.Resident).ExcludeFromDescription();
        resident.MapGet("", MyCard);
        resident.MapGet("/readings", Readings);
        resident.MapGet("/choice", Choice);
        resident.MapGet("/acts", Acts);
    }

    private static async Task<IResult> MyCard(
        HttpContext http, Visit visit, JoinedView view, CardDrawings pictures, PageTexts texts,
        DemoWorld world)
    {
        if (await view.ByResidence(visit.Resident().Id) is not { Residence.Record: { } person } joined)
            return Results.NotFound();
        var card = person.Cards.LastOrDefault(card => card.State is CardState.Valid);
        var kind = card?.Kind ?? CardKind.Separate;
        var title = texts.Local(kind is CardKind.Merged ? "card.merged" : "act.product-residence");
        return Page.Show<MyCardPage>(http, "resident.title", new MyCardModel(
            pictures.Draw(kind, title, person, card, withValues: true,
                world.PortraitOf(person.Id)), kind, card,
            joined.Number?.Record.Cards.LastOrDefault(own => own.State is CardState.Valid),
            joined.Link is { Record.State: LinkState.Contested }), "wide");
    }

    private static async Task<IResult> Choice(
        HttpContext http, Visit visit, JoinedView view, Jurisdiction law, FieldValues values)
    {
        if (await view.ByResidence(visit.Resident().Id) is not { Residence.Record: { } person } joined)
            return Results.NotFound();
        var kind = person.Cards.LastOrDefault(card => card.State is CardState.Valid)?.Kind ?? CardKind.Separate;
        var rows =
            from act in Desk.Kinds
            where law.Services.TryGetValue(act, out var service) && service.Routes.Length == 2
            select new ChoiceRow(law.Services[act].Name,
                Burden.Of(law, act, Route.Merged, values.Today), Burden.Of(law, act, Route.Separate, values.Today));
        var change = kind is CardKind.Merged ? ActKind.Unmerge : ActKind.Merge;
        var route = kind is CardKind.Merged ? Route.Separate : Route.Merged;
        return Page.Show<ChoicePage>(http, "choice.title", new ChoiceModel(kind, [.. rows],
            new ChoiceRow(law.Services[ActKind.Merge].Name,
                Burden.Of(law, ActKind.Merge, Route.Merged, values.Today), null),
            new ChoiceRow(law.Services[ActKind.Unmerge].Name, null,
                Burden.Of(law, ActKind.Unmerge, Route.Separate, values.Today)),
            law.Services[change].Name, Steps.Of(change, route),
            [.. law.Offices.Values.OrderBy(office => office.Id.Stored,
            StringComparer.Ordinal).Select(office => office.Name)]),
            "wide");
    }

    private static async Task<IResult> Acts(HttpContext http, Visit visit, Desk desk)
    {
        var acts = new List<ActView>();
        foreach (var line in desk.ActsOf(visit.Resident().Id))
            if (await desk.Open(line.Act) is { } act) acts.Add(act);
        return Page.Show<ActsPage>(http, "acts.title", new ActsModel(acts));
    }

    private static async Task<IResult> Readings(HttpContext http, Visit visit, House house) =>
        Page.Show<ReadingsPage>(http, "readings.title",
            new ReadingsModel(await house.Premises.Readings.Of(visit.Resident().Id)));
}

public sealed record MyCardModel(
    CardPicture Card, CardKind Kind, ResidenceCardRecord? Residence, NumberCardRecord? Number, bool UnderCorrection);

/// <param name="Rows">Every act that exists on both routes.</param>
/// <param name="Merge">What tying takes.</param>
/// <param name="Unmerge">What untying takes.</param>
/// <param name="Change">The act that leads to the other choice, with its steps.</param>
public sealed record ChoiceModel(
    CardKind Kind, ImmutableArray<ChoiceRow> Rows, ChoiceRow Merge, ChoiceRow Unmerge, LocalText Change,
    ImmutableArray<Step> Steps, ImmutableArray<LocalText> Offices);

public sealed record ChoiceRow(LocalText Name, Burden? Merged, Burden? Separate);

public sealed record ActsModel(IReadOnlyList<ActView> Acts);

public sealed record ReadingsModel(IReadOnlyList<ReadingLine> Readings);
