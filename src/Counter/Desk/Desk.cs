using System.Collections.Immutable;
using Musubi.Access;
using Musubi.Chip;
using Musubi.Chip.Applications.Residence;
using Musubi.Registers;
using Musubi.Vocabulary;

namespace Musubi.Counter;

/// <summary>The desk: finds a person, and takes an act from its first step to the receipt, one form at a time. Between
/// two forms everything is on the disk; a form sent twice does nothing twice; of two tabs on one act one goes
/// on.</summary>
/// <remarks>Clerks are named by whoever calls; this class checks what they may do with an act, not who they
/// are.</remarks>
public sealed class Desk
{
    /// <summary>Locks for acts: two acts may share one, which costs a wait and nothing else.</summary>
    private const int Stripes = 64;

    /// <summary>Key of the deadline after which an act that has not happened is given up.</summary>
    private const string DraftKept = "draft-kept";

    private readonly SemaphoreSlim[] locks = [.. Enumerable.Range(0, Stripes).Select(_ => new SemaphoreSlim(1, 1))];
    private readonly DeskParts parts;
    private readonly DeskSteps steps;
    private readonly DeskViews views;

    internal Desk(DeskParts parts)
    {
        this.parts = parts;
        steps = new DeskSteps(parts);
        views = new DeskViews(parts);
        Reviews = parts.Reviews;
    }

    /// <summary>The acts that a clerk can begin, in the order of the page. HandOver is the last step of
    /// others.</summary>
    public static ImmutableArray<ActKind> Kinds { get; } =
        [ActKind.Renew, ActKind.ChangeStatus, ActKind.Move, ActKind.Merge, ActKind.Unmerge, ActKind.ReportLoss];

    public Reviews Reviews { get; }

    /// <summary>By the person inside one register, as a list of this desk names them.</summary>
    public async Task<PersonView> Find(PersonId? residence, PersonId? number) =>
        parts.People.View(await parts.People.Of(residence, number));

    public async Task<PersonView> Find(ResidenceCardNumber card) =>
        parts.People.View(People.Of(await parts.People.ByResidenceCard(card)));

    public async Task<PersonView> Find(MyNumber number) =>
        parts.People.View(People.Of(await parts.People.ByMyNumber(number)));

    /// <summary>Everybody with that name in any of its forms and that date of birth.</summary>
    public async Task<ImmutableArray<PersonView>> Find(string name, PartialDate birthDate) =>
        [.. (await parts.People.ByName(name, birthDate)).Select(parts.People.View)];

    /// <summary>The person whose card lies on the reader: a residence card by the number printed on it, a number or
    /// merged card by its four-digit PIN.</summary>
    public async Task<(PersonView Person, Refusal? Refused)> Find(
        StepInput.ShowCard shown, IProgress<ReadingProgress>? progress = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(shown);
        var proved = await Guarded(() => steps.Prove(shown, progress, cancel));
        return proved switch
        {
            Proved.Residence residence => (parts.People.View(People.Of(residence.Person)), null),
            Proved.Number number => (parts.People.View(People.Of(number.Person)), null),
            Proved.Not not => (PersonView.Nobody, not.Why),
            _ => throw new InvalidOperationException($"The desk proves no {proved.GetType().Name}."),
        };
    }

    /// <summary>Begins an act. Nothing is chosen by beginning it, and until its commit nothing has happened.</summary>
    /// <param name="residence">The person, where the clerk has found them already; cards shown later must be
    /// theirs.</param>
    /// <param name="number">The same person in the number register, where known.</param>
    public async Task<DeskAnswer> Begin(
        Clerk clerk, ActKind kind, Route route, PersonId? residence = null, PersonId? number = null)
    {
        ArgumentNullException.ThrowIfNull(clerk);
        if (!Kinds.Contains(kind) || parts.Law.Services.GetValueOrDefault(kind)?.On(route) is null)
            return new DeskAnswer(null, new Refusal(RefusalCode.RouteNotOffered));
        var pair = await parts.People.Of(residence, number);
        var act = ActId.New(parts.Time);
        var draft = new DraftAct(act, Version: 1, kind, route, clerk.Staff, clerk.Office, parts.Time.GetUtcNow(),
            DraftState.Open, Done: [], pair.Residence?.Record.Id, pair.Number?.Record.Id, ShownResidence: null,
            ShownNumber: null, SamePerson.NotShown, Choice: null, Consent: null, CommitAct: act, CommittedAt: null,
            Receipt: null, Orders: [], Rewrites: false, HandOverAct: ActId.New(parts.Time), Taken: [], Stopped: null);
        draft = DeskSteps.SkipLostCard(draft, pair);
        parts.Store.Save(draft);
        return new DeskAnswer(await views.Of(draft), null);
    }

    /// <summary>The act as it stands; null when there is none of that number.</summary>
    public async Task<ActView?> Open(ActId act) => parts.Store.Find(act) is { } draft ? await views.Of(draft) : null;

    /// <summary>Takes one step of an act with what its form brought.</summary>
    public async Task<DeskAnswer> Take(
        Clerk clerk, ActId act, FormToken form, StepInput input,
        IProgress<ReadingProgress>? progress = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(input);
        return await Once(clerk, act, form, async draft =>
        {
            try
            {
                return await steps.Take(draft, clerk, input, progress, cancel);
            }
            catch (CardChannelException gone)
            {
                return new Taken(draft, new Refusal(TerminalSession.Code(gone.Fault)));
            }
        });
    }

    /// <summary>Gives up an act that has not happened.</summary>
    public Task<DeskAnswer> Drop(Clerk clerk, ActId act, FormToken form) =>
        Once(clerk, act, form, draft => steps.Drop(draft));

    /// <summary>Acts that are not at their end, oldest first, with owner, age and what they wait for.</summary>
    public ImmutableArray<ActLine> Unfinished() => [.. parts.Store.OpenDrafts().Select(views.Line)];

    /// <summary>Every act of a person at this desk, newest first.</summary>
    public ImmutableArray<ActLine> ActsOf(PersonId residence) =>
        [.. parts.Store.DraftsOf(residence).Select(views.Line)];

    /// <summary>What every form goes through: the act is there, this form was not used, no other tab went on.</summary>
    private async Task<DeskAnswer> Once(Clerk clerk, ActId act, FormToken form, Func<DraftAct, Task<Taken>> take)
    {
        ArgumentNullException.ThrowIfNull(clerk);
        ArgumentNullException.ThrowIfNull(form);
        var gate = locks[unchecked((uint)act.GetHashCode()) % Stripes];
        await gate.WaitAsync();
        try
        {
            if (parts.Store.Find(act) is not { } draft)
                return new DeskAnswer(null, new Refusal(RefusalCode.ActUnknown, OtherAct: act));
            if (!parts.Store.TryUse(act, form))
                return new DeskAnswer(await views.Of(draft), parts.Store.AnswerOf(act, form), WasUsed: true);
            // Crash from here on: the form counts as used; the act stands where it stood, or one step further.
            var taken = WhyNot(draft, clerk, form) is { } code
                ? new Taken(draft, new Refusal(code, OtherAct: act))
                : await take(draft);
            var isStep = taken.Refused is null || taken.Draft.Done.Length != draft.Done.Length;
            var after = taken.Draft with
            {
                Version = isStep ? draft.Version + 1 : draft.Version,
                Stopped = taken.Refused,
            };
            parts.Store.Save(after);
            parts.Store.Answer(act, form, taken.Refused);
            return new DeskAnswer(await views.Of(after), taken.Refused);
        }
        catch (StoreException broken)
        {
            return new DeskAnswer(null, new Refusal(
                broken.Fault is StoreFault.Full ? RefusalCode.DiskFull : RefusalCode.RegisterUnreachable));
        }
        finally
        {
            gate.Release();
        }
    }

    private RefusalCode? WhyNot(DraftAct draft, Clerk clerk, FormToken form)
    {
        if (form.Version != draft.Version) return RefusalCode.OtherTabContinued;
        if (clerk.Office != draft.Office) return RefusalCode.NotYourTask;
        return draft.State switch
        {
            DraftState.Done or DraftState.Dropped => RefusalCode.FormTooOld,
            DraftState.Open => IsTooOld(draft) ? RefusalCode.DraftExpired : null,
        };
    }

    private bool IsTooOld(DraftAct draft)
    {
        if (draft.HasHappened || !parts.Law.Deadlines.TryGetValue(DraftKept, out var kept)) return false;
        var opened = parts.Law.DayOf(draft.OpenedAt);
        return kept.LastDay(opened, parts.Law.Calendar) < parts.People.Today;
    }

    private static async Task<Proved> Guarded(Func<Task<Proved>> prove)
    {
        try
        {
            return await prove();
        }
        catch (CardChannelException gone)
        {
            return Proved.Because(TerminalSession.Code(gone.Fault));
        }
    }
}

/// <summary>An act after a step, or with the reason why the step was not taken.</summary>
internal sealed record Taken(DraftAct Draft, Refusal? Refused)
{
    public static Taken No(DraftAct draft, RefusalCode code) => new(draft, new Refusal(code));
}

/// <summary>What the desk is made of.</summary>
internal sealed record DeskParts(
    Jurisdiction Law, Stores Stores, Coordinator Coordinator, DeskStore Store, Reviews Reviews, People People,
    CardProving Proving, Pseudonyms Pseudonyms, Bureau Bureau, CardRewriting Rewriting, TimeProvider Time);
