using System.Collections.Immutable;
using Musubi.Registers;
using Musubi.Vocabulary;

namespace Musubi.Counter;

/// <summary>Draws an act for a page. It changes nothing.</summary>
internal sealed class DeskViews(DeskParts parts)
{
    public async Task<ActView> Of(DraftAct draft)
    {
        var pair = await parts.People.Of(draft.Residence, draft.Number);
        var current = DeskSteps.Current(draft);
        var waiting = draft is { State: DraftState.Open }
            && await parts.Stores.Journal.Find(draft.CommitAct) is not null
            ? (await parts.Coordinator.UnfinishedActs()).FirstOrDefault(act => act.Act == draft.CommitAct)
            : null;
        return new ActView(
            draft.Act, draft.Kind, draft.Route, parts.Law.Services[draft.Kind].Name, draft.State, draft.Staff,
            draft.Office,
            draft.OpenedAt, parts.Time.GetUtcNow() - draft.OpenedAt,
            [.. Steps.Of(draft.Kind, draft.Route).Select(step => new StepView(step, StateOf(step.Id, draft, current)))],
            current, FormToken.For(draft.Version), parts.People.View(pair), draft.Same, draft.Choice,
            parts.Law.Fee(draft.Kind, draft.Route, parts.People.Today), draft.Consent, draft.Receipt,
            draft.State is DraftState.Open ? [.. draft.Orders.SelectMany(order => Made(draft, order))] : [],
            draft.Rewrites && !draft.Done.Contains(StepId.WriteCard) ? parts.Store.FindRewrite(draft.CommitAct) : null,
            draft.Stopped, waiting, ValidMeanwhile(draft), parts.Reviews.Find(draft.Act));
    }

    public ActLine Line(DraftAct draft) => new(
        draft.Act, draft.Kind, draft.Route, parts.Law.Services[draft.Kind].Name, draft.Staff, draft.Office,
        parts.Time.GetUtcNow() - draft.OpenedAt, DeskSteps.Current(draft), draft.HasHappened, draft.Stopped,
        ValidMeanwhile(draft));

    private IEnumerable<MadeCard> Made(DraftAct draft, OrderedCard order) => parts.Bureau.PathOf(order) is { } path
        ? [new MadeCard(order.Product, path, order.Card, order.Serial, draft.Taken.Contains(order.Product))]
        : [];

    private static StepState StateOf(StepId step, DraftAct draft, StepId? current) =>
        draft.Done.Contains(step) ? StepState.Done : step == current ? StepState.Current : StepState.Ahead;

    private static LocalText? ValidMeanwhile(DraftAct draft)
    {
        if (draft is not { State: DraftState.Open, HasHappened: true }) return null;
        if (draft.Kind == ActKind.ReportLoss) return CounterTexts.NothingStaysValid;
        return draft.Orders.IsEmpty ? CounterTexts.SameCardStaysValid : CounterTexts.OldCardsStayValid;
    }
}
