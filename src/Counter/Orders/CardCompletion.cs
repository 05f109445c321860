using Musubi.Registers;
using Musubi.Vocabulary;

namespace Musubi.Counter;

/// <summary>What an act does beyond the registers: orders leave, and a card to be rewritten is waited for. Called as
/// often as the coordinator likes.</summary>
internal sealed class CardCompletion(DeskStore store, Bureau bureau)
{
    public Task<CompletionAnswer> Complete(DecidedAct act, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        var work = ActCommit.Work(act);
        foreach (var order in work.Orders) bureau.Send(order);
        // Crash here: the orders have left and are found so; the rewriting is noted the next time.
        if (work.Rewrite is not { } rewrite) return Task.FromResult(CompletionAnswer.Done);
        store.Await(rewrite);
        return Task.FromResult(store.IsWritten(rewrite.Act)
            ? CompletionAnswer.Done
            : CompletionAnswer.NotYet(RefusalCode.CardWriteUnfinished));
    }
}
