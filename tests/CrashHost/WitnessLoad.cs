using System.Globalization;
using System.Text;
using Musubi.TransparencyLog.Merkle;
using Musubi.TransparencyLog.Notes;
using Musubi.TransparencyLog.Storage;
using Musubi.TransparencyLog.Witnesses;

namespace Musubi.CrashHost;

/// <summary>What a witness' disk does when it writes down its state.</summary>
public enum DiskStep
{
    Create = 1,
    Write,
    Flush,
    Rename,
    FlushFolder,
}

/// <summary>A witness under load, for a test to kill: says on standard output which size it cosigned, and stands still
/// at the n-th time of a step of its disk.</summary>
public static class WitnessLoad
{
    public const string Origin = "log.example";

    // Both sides must know them: the keys of an example that protects nothing.
    public static NoteSigner LogKey { get; } = Key(Origin, NoteAlgorithm.Ed25519);

    public static NoteSigner WitnessKey { get; } = Key("witness.example", NoteAlgorithm.Ed25519Cosignature);

    public static TrustedLog Log { get; } = new(new LogOrigin(Origin), [LogKey.Key]);

    /// <summary>What the log sends from a size to a larger one; every history begins with the same entry.
    /// </summary>
    public static byte[] Request(string history, long old, long size)
    {
        var leaves = Enumerable.Range(0, (int)size)
            .Select(i => TreeHash.Leaf(Encoding.UTF8.GetBytes(i == 0 ? "first" : $"{history} {i}"))).ToArray();
        TreeHash Root(long begin, long end)
        {
            var range = new CompactRange();
            for (var i = begin; i < end; i++) range.Append(leaves[i]);
            return range.Root();
        }
        var proof = old == 0 || old == size ? []
            : ConsistencyProof.Ranges(old, size).Select(range => Root(range.Begin, range.End));
        var checkpoint = new Checkpoint(Log.Origin, size, Root(0, size));
        var note = SignedNote.Sign(checkpoint.Text, DateTimeOffset.UnixEpoch.AddDays(1), LogKey);
        return new AddCheckpoint(old, [.. proof], note).ToBytes();
    }

    internal static void Run(string folder, DiskStep step, int nth)
    {
        using var witness = new Witness(folder, [WitnessKey], [Log], TimeProvider.System, new StandingDisk(step, nth));
        for (var old = Known(witness); ; old++)
        {
            var answer = witness.Add(Request("one", old, old + 1));
            if (answer.Status != 200) throw new InvalidOperationException($"{answer.Refusal}");
            Console.WriteLine($"cosigned {old + 1}");
        }
    }

    /// <summary>The size that the witness last cosigned, as it tells everybody.</summary>
    public static long Known(Witness witness)
    {
        ArgumentNullException.ThrowIfNull(witness);
        var published = witness.Answer("GET", $"{Log.OriginHash}/checkpoint", []);
        return published.Status == 200
            ? Checkpoint.Parse(SignedNote.Parse(published.Body.Span).Text).Size
            : 0;
    }

    private static NoteSigner Key(string name, NoteAlgorithm algorithm) =>
        NoteSigner.FromSeed(new KeyName(name), algorithm, Enumerable.Repeat((byte)name.Length, 32).ToArray());

    private sealed class StandingDisk(DiskStep at, int nth) : Disk
    {
        private int met;

        public override FileStream Create(string path)
        {
            Stand(DiskStep.Create);
            return base.Create(path);
        }

        public override void Write(FileStream file, ReadOnlySpan<byte> bytes)
        {
            // Half of it is there when the process dies.
            base.Write(file, bytes[..(bytes.Length / 2)]);
            file.Flush();
            Stand(DiskStep.Write);
            base.Write(file, bytes[(bytes.Length / 2)..]);
        }

        public override void Flush(FileStream file)
        {
            Stand(DiskStep.Flush);
            base.Flush(file);
        }

        public override void Rename(string from, string to)
        {
            Stand(DiskStep.Rename);
            base.Rename(from, to);
        }

        public override void FlushFolder(string folder)
        {
            Stand(DiskStep.FlushFolder);
            base.FlushFolder(folder);
        }

        private void Stand(DiskStep step)
        {
            if (step != at || ++met != nth) return;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"reached {step}"));
            using var never = new ManualResetEventSlim();
            never.Wait();
        }
    }
}
