using Musubi.Vocabulary;

namespace Musubi.Registers;

/// <summary>Who is being changed by which act in this process. An act is let in for all its people or for none, so that
/// of two clerks at once exactly one wins: the registers alone might each hold one and refuse both.</summary>
internal sealed class Admission
{
    private readonly Lock gate = new();
    private readonly Dictionary<(StoreName, PersonId), ActHeader> busy = [];

    /// <returns>The act that is there first, or null when this one is let in.</returns>
    public OtherAct? Enter(DecidedAct act)
    {
        lock (gate)
        {
            foreach (var touched in act.Touched)
                if (busy.TryGetValue(touched, out var first) && first.Act != act.Header.Act)
                    return new(first.Act, first.Kind, first.Office, first.Staff, first.DecidedAt);
            foreach (var touched in act.Touched) busy[touched] = act.Header;
            return null;
        }
    }

    public void Leave(DecidedAct act)
    {
        lock (gate)
            foreach (var touched in act.Touched)
                if (busy.TryGetValue(touched, out var holder) && holder.Act == act.Header.Act) busy.Remove(touched);
    }
}
