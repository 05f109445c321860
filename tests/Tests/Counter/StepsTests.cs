using Musubi.Counter;
using Musubi.Vocabulary;

namespace Musubi.Tests.Counter;

public sealed class StepsTests
{
    private static readonly (ActKind Kind, Route Route)[] Offered =
    [
        .. from kind in Desk.Kinds
           from route in Persons.Law.Services[kind].Routes
           select (kind, route.Route),
    ];

    [Fact]
    public void Untying_takes_no_more_than_tying()
    {
        var tying = Burden(ActKind.Merge, Route.Merged);
        var untying = Burden(ActKind.Unmerge, Route.Separate);
        Assert.True(untying.IsNoMoreThan(tying), $"Untying {untying}, tying {tying}.");
    }

    [Fact]
    public void Every_route_is_done_in_one_visit() =>
        Assert.All(Offered, act => Assert.Equal(1, Burden(act.Kind, act.Route).Visits));

    [Fact]
    public void No_step_is_done_twice() => Assert.All(Offered, act =>
    {
        var steps = Steps.Of(act.Kind, act.Route);
        Assert.Equal(steps.Length, steps.DistinctBy(step => step.Id).Count());
    });

    [Fact]
    public void Every_offered_route_has_steps_and_commits() => Assert.All(Offered, act =>
        Assert.Contains(Steps.Of(act.Kind, act.Route), step => step.Id is StepId.Commit));

    [Fact]
    public void An_act_costs_the_same_on_both_routes() => Assert.All(
        Offered.Where(act => Persons.Law.Services[act.Kind].Routes.Length == 2),
        act => Assert.Equal(
            Persons.Law.Fee(act.Kind, Route.Merged, Persons.Today)?.Amount,
            Persons.Law.Fee(act.Kind, Route.Separate, Persons.Today)?.Amount));

    [Fact]
    public void Nobody_agrees_to_a_loss_and_everybody_to_everything_else() => Assert.All(Offered, act => Assert.Equal(
        act.Kind != ActKind.ReportLoss,
        Steps.Of(act.Kind, act.Route).Any(step => step.Id is StepId.Consent)));

    [Fact]
    public void Easy_Japanese_of_the_desk_needs_no_kanji() => Assert.All(CounterTexts.Keys, key =>
        Assert.DoesNotContain(CounterTexts.Find(key).In(Language.EasyJapanese), Ruby.IsKanji));

    private static RouteBurden Burden(ActKind kind, Route route) => RouteBurden.Of(
        Steps.Of(kind, route), Persons.Law.Fee(kind, route, Persons.Today)?.Amount ?? 0);
}
