using CsCheck;
using Musubi.CrashHost;
using Musubi.Registers;
using Musubi.Vocabulary;

namespace Musubi.Tests.Registers;

/// <summary>Random walks over everything a register may be asked, in any order, compared with a model of a few
/// lines.</summary>
public sealed class RegisterModelTests
{
    private const int Residents = 2;
    private const int Acts = 6;
    private const int Walks = 40;

    private enum Step
    {
        Prepare,
        Confirm,
        Cancel,
        Reopen,
    }

    [Fact]
    public async Task A_register_behaves_as_the_model_on_every_walk()
    {
        var walk = Gen.Select(Gen.Enum<Step>(), Gen.Int[0, Acts - 1], Gen.Int[1, Residents]).Array[1, 40];
        await walk.SampleAsync(Follow, iter: Walks, threads: 1);
    }

    private static async Task Follow((Step Step, int Act, int Person)[] walk)
    {
        using var folder = new TemporaryFolder();
        var stores = Stores.OpenSqlite(folder.Path);
        await People.Load(stores, Residents);
        var acts = Enumerable.Range(0, Acts).Select(_ => People.Header(TimeProvider.System, ActKind.Move)).ToArray();
        var model = new Model();
        try
        {
            foreach (var (step, act, person) in walk)
            {
                switch (step)
                {
                    case Step.Prepare:
                        var change = People.Residence(person) with { Address = People.AddressOf($"by act {act}") };
                        var answer = await stores.Residence.Prepare(acts[act],
                            [new(model.Version(person), new DateOnly(2026, 6, 15), change)]);
                        Assert.Equal(model.Prepare(act, person), answer.Refusal);
                        break;
                    case Step.Confirm when model.MayConfirm(act):
                        await stores.Residence.Confirm(acts[act].Act, TimeProvider.System.GetUtcNow());
                        model.Confirm(act);
                        break;
                    case Step.Cancel when model.MayCancel(act):
                        await stores.Residence.Cancel(acts[act].Act, TimeProvider.System.GetUtcNow());
                        model.Cancel(act);
                        break;
                    case Step.Confirm:
                        await Assert.ThrowsAsync<InvalidOperationException>(
                            () => stores.Residence.Confirm(acts[act].Act, TimeProvider.System.GetUtcNow()));
                        break;
                    case Step.Cancel:
                        await Assert.ThrowsAsync<InvalidOperationException>(
                            () => stores.Residence.Cancel(acts[act].Act, TimeProvider.System.GetUtcNow()));
                        break;
                    case Step.Reopen:
                        await stores.DisposeAsync();
                        stores = Stores.OpenSqlite(folder.Path);
                        break;
                }
            }
            for (var person = 1; person <= Residents; person++)
            {
                var history = await stores.Residence.History(People.ResidenceId(person));
                Assert.Equal(model.History(person).Select(act => acts[act].Act),
                    history.Skip(1).Select(entry => entry.Act));
            }
            for (var act = 0; act < Acts; act++)
                Assert.Equal(model.StateOf(act), await stores.Residence.StateOf(acts[act].Act));
            await stores.Residence.VerifyChain();
        }
        finally
        {
            await stores.DisposeAsync();
        }
    }

    /// <summary>What a register is, without storage: who is prepared by which act, and what was confirmed in what
    /// order.</summary>
    private sealed class Model
    {
        private readonly Dictionary<int, int> prepared = [];
        private readonly List<(int Act, int Person)> confirmed = [];
        private readonly HashSet<int> cancelled = [];

        public long Version(int person) => 1 + confirmed.Count(entry => entry.Person == person);

        public IEnumerable<int> History(int person) =>
            confirmed.Where(entry => entry.Person == person).Select(entry => entry.Act);

        public RefusalCode? Prepare(int act, int person)
        {
            if (cancelled.Contains(act)) return RefusalCode.FormAlreadyUsed;
            if (prepared.ContainsValue(act) || confirmed.Exists(entry => entry.Act == act)) return null;
            if (prepared.ContainsKey(person)) return RefusalCode.PersonBusy;
            prepared[person] = act;
            return null;
        }

        public bool MayConfirm(int act) => prepared.ContainsValue(act) || confirmed.Exists(entry => entry.Act == act);

        public bool MayCancel(int act) => !confirmed.Exists(entry => entry.Act == act);

        public void Confirm(int act)
        {
            if (!prepared.ContainsValue(act)) return;
            var person = prepared.Single(pair => pair.Value == act).Key;
            prepared.Remove(person);
            confirmed.Add((act, person));
        }

        public void Cancel(int act)
        {
            cancelled.Add(act);
            foreach (var (person, _) in prepared.Where(pair => pair.Value == act).ToList()) prepared.Remove(person);
        }

        public ActInRegister StateOf(int act) => confirmed.Exists(entry => entry.Act == act) ? ActInRegister.Confirmed
            : prepared.ContainsValue(act) ? ActInRegister.Prepared
            : cancelled.Contains(act) ? ActInRegister.Cancelled
            : ActInRegister.Unknown;
    }
}
