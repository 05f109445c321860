using Musubi.Registers;
using Musubi.Vocabulary;

namespace Musubi.Tests.Registers;

/// <summary>What the coordinator is, without storage: a list of acts and where each stands.</summary>
internal sealed class CoordinatorModel
{
    private readonly List<ModelAct> acts = [];

    public void Add(DecidedAct act, int person, ModelAct.Where stands) =>
        acts.Add(new(act, person) { Stands = stands });

    public IEnumerable<ModelAct> Happened() => acts.Where(act => act.HasHappened);

    public IEnumerable<ModelAct> Happened(int person) => Happened().Where(act => act.Person == person);

    public IEnumerable<ModelAct> Open() => acts.Where(act => act.IsOpen);

    public ModelAct? OpenOf(int person, int choice)
    {
        var open = Open().Where(act => act.Person == person).ToList();
        return open.Count == 0 ? null : open[choice % open.Count];
    }

    /// <summary>The act that some register holds prepared for this person: there is never a second.</summary>
    public ModelAct? Blocking(int person) => acts.SingleOrDefault(act => act.Person == person
        && act.Stands is ModelAct.Where.Prepared or ModelAct.Where.HalfConfirmed);

    public Expected ToCommit(int person, bool stale) =>
        Blocking(person) is { } first ? new(RefusalCode.PersonBusy, first.Act.Header.Act)
        : stale ? new(RefusalCode.VersionChanged, null)
        : default;

    /// <summary>A draft was decided upon a version; the person may have changed since.</summary>
    public Expected ToTakeUp(ModelAct open)
    {
        if (open.Stands is not ModelAct.Where.Decided) return default;
        if (Blocking(open.Person) is { Stands: ModelAct.Where.Prepared } first)
            return new(RefusalCode.PersonBusy, first.Act.Header.Act);
        return open.Act.Residence[0].ExpectedVersion == 1 + Happened(open.Person).Count()
            ? default
            : new(RefusalCode.VersionChanged, null);
    }

    /// <summary>A start finishes every act that had begun in a register; a draft waits for a person.</summary>
    public void Recover()
    {
        foreach (var act in Open().Where(act => act.Stands is not ModelAct.Where.Decided).ToList())
            act.Stands = ModelAct.Where.Done;
    }

    public static void Expect(Expected expected, CommitOutcome answer)
    {
        if (expected.Refusal is not { } code)
        {
            Assert.IsType<CommitOutcome.Committed>(answer);
            return;
        }
        var refused = Assert.IsType<CommitOutcome.Refused>(answer);
        Assert.Equal(code, refused.Code);
        if (expected.Other is { } other) Assert.Equal(other, refused.Other!.Act);
    }
}

/// <param name="Refusal">Null where the act happens.</param>
/// <param name="Other">Whom the desk is told of; null where that is not looked at.</param>
internal readonly record struct Expected(RefusalCode? Refusal, ActId? Other);

/// <summary>An act in the model. The order of the list is the order in which the acts of one person happened.</summary>
internal sealed class ModelAct(DecidedAct act, int person)
{
    public enum Where
    {
        /// <summary>It did not happen and will not.</summary>
        Nowhere,

        /// <summary>In the journal alone.</summary>
        Decided,

        /// <summary>Some register holds it, invisibly.</summary>
        Prepared,

        /// <summary>It has happened, and one register has not been told.</summary>
        HalfConfirmed,

        /// <summary>It has happened and every register knows; the rest is left.</summary>
        Confirmed,

        Done,
    }

    public DecidedAct Act { get; } = act;

    public int Person { get; } = person;

    public Where Stands { get; set; }

    public bool HasHappened => Stands is Where.HalfConfirmed or Where.Confirmed or Where.Done;

    public bool IsOpen => Stands is Where.Decided or Where.Prepared or Where.HalfConfirmed or Where.Confirmed;
}
