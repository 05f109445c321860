namespace Musubi.Registers;

/// <summary>One store's part in one act: the same four questions whatever it keeps.</summary>
internal sealed record Participant(
    StoreName Store,
    Func<Task<PrepareAnswer>> Prepare,
    Func<DateTimeOffset, Task> Confirm,
    Func<DateTimeOffset, Task> Cancel,
    Func<Task<ActInRegister>> State)
{
    /// <summary>The stores that the act changes, always in this order, so that its refusals are the same every
    /// time.</summary>
    public static IReadOnlyList<Participant> Of(Stores stores, DecidedAct act)
    {
        var all = new List<Participant>(3);
        Add(all, stores.Residence, act.Header, act.Residence);
        Add(all, stores.Number, act.Header, act.Number);
        Add(all, stores.Links, act.Header, act.Links);
        return all;
    }

    private static void Add<TRecord>(
        List<Participant> all, Register<TRecord> register, ActHeader act, IReadOnlyList<Change<TRecord>> changes)
        where TRecord : class, IRegisterRecord
    {
        if (changes.Count == 0) return;
        all.Add(new(
            register.Store,
            () => register.Prepare(act, changes),
            committedAt => register.Confirm(act.Act, committedAt),
            now => register.Cancel(act.Act, now),
            () => register.StateOf(act.Act)));
    }
}
