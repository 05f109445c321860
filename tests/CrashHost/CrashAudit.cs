using Musubi.Registers;
using Musubi.Vocabulary;

namespace Musubi.CrashHost;

/// <summary>After a crash: no lost act, no half act, no double card. It trusts the stores' files and the answers that
/// the desks were given, and nothing else.</summary>
public static class CrashAudit
{
    public const int PeopleInFolder = 24;
    public const int DesksInHost = 16;

    /// <param name="committed">Acts that some desk was told are done.</param>
    /// <param name="refused">Acts that some desk was told will not happen.</param>
    /// <returns>What is wrong, in sentences; empty when nothing is.</returns>
    public static async Task<IReadOnlyList<string>> Run(
        string folder, IReadOnlySet<string> committed, IReadOnlySet<string> refused, int people = PeopleInFolder)
    {
        await using var stores = Stores.OpenSqlite(folder);
        var wrong = new List<string>();
        await using (var coordinator = new Coordinator(stores, new CardDrawer(folder).Order))
        {
            // Before recovery a reader may come already, and must not see half of anything.
            await Views(coordinator, people, wrong);
            await coordinator.Recover();
            await Views(coordinator, people, wrong);
            foreach (var open in await coordinator.UnfinishedActs())
            {
                if (open.Stage is not ActStage.Decided) wrong.Add($"{open.Act} is still {open.Stage} after recovery.");
                else if (await coordinator.Drop(open.Act) is not CommitOutcome.Refused)
                    wrong.Add($"{open.Act} could not be dropped.");
            }
            if ((await coordinator.UnfinishedActs()).Count > 0) wrong.Add("Acts are left on the desk's list.");
        }
        var acts = await Entries(stores, people, wrong);
        wrong.AddRange(committed.Except(acts, StringComparer.Ordinal)
            .Select(act => $"{act} was acknowledged and is lost."));
        wrong.AddRange(refused.Intersect(acts, StringComparer.Ordinal)
            .Select(act => $"{act} was refused and happened."));
        var cards = new CardDrawer(folder).Cards();
        if (!cards.SetEquals(acts)) wrong.Add($"{cards.Count} cards for {acts.Count} acts.");
        await Outbox(stores, acts, wrong);
        await stores.Residence.VerifyChain();
        await stores.Number.VerifyChain();
        await stores.Links.VerifyChain();
        return wrong;
    }

    private static async Task Views(Coordinator coordinator, int people, List<string> wrong)
    {
        for (var i = 1; i <= people; i++)
        {
            try
            {
                Desks.RequireWhole((await coordinator.View.ByResidence(People.ResidenceId(i)))!);
            }
            catch (InvalidOperationException half)
            {
                wrong.Add(half.Message);
            }
        }
    }

    /// <summary>The acts of all entries: each once in both registers, each link entry's among them.</summary>
    private static async Task<HashSet<string>> Entries(Stores stores, int people, List<string> wrong)
    {
        var acts = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 1; i <= people; i++)
        {
            var residence = (await stores.Residence.History(People.ResidenceId(i))).Skip(1)
                .Select(entry => entry.Act.Stored).ToList();
            var number = (await stores.Number.History(People.NumberId(i))).Skip(1).Select(entry => entry.Act.Stored)
                .ToList();
            var links = (await stores.Links.History(People.ResidenceId(i))).Select(entry => entry.Act.Stored).ToList();
            if (!residence.SequenceEqual(number, StringComparer.Ordinal))
                wrong.Add($"Person {i} has different acts in the registers.");
            if (links.Except(residence, StringComparer.Ordinal).Any())
                wrong.Add($"Person {i} has a link of an act that is nowhere else.");
            foreach (var act in residence)
            {
                if (!acts.Add(act)) wrong.Add($"{act} is entered twice.");
                var known = await stores.Journal.Find(ActId.Parse(act));
                if (known?.Stage is not ActStage.Completed)
                    wrong.Add($"{act} is entered and {known?.Stage} in the journal.");
                else if (known.Act.Links.Length > 0 && !links.Contains(act, StringComparer.Ordinal))
                    wrong.Add($"{act} lacks its link.");
            }
        }
        return acts;
    }

    private static async Task Outbox(Stores stores, HashSet<string> acts, List<string> wrong)
    {
        var committed = new List<string>();
        var subjects = new HashSet<PersonId>();
        var last = 0L;
        while (await stores.Outbox.After(last, Musubi.Registers.Outbox.PageLimit) is { Count: > 0 } page)
        {
            foreach (var entry in page)
            {
                if (entry.Sequence != last + 1) wrong.Add($"The outbox lacks {last + 1}.");
                last = entry.Sequence;
                committed.Add(entry.Act!.Value.Stored);
                if (entry.Subject is { } subject) subjects.Add(subject);
            }
        }
        foreach (var subject in subjects)
        {
            try
            {
                var chained = await stores.Outbox.Chain(subject, 1, Musubi.Registers.Outbox.PageLimit);
                if (chained.Count == 0) wrong.Add("A resident has records and no chain.");
            }
            catch (RegisterTamperedException gap)
            {
                wrong.Add(gap.Message);
            }
        }
        if (committed.Count != acts.Count || !acts.SetEquals(committed))
            wrong.Add($"{committed.Count} commitments for {acts.Count} acts.");
    }
}
