using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using Musubi.TransparencyLog.Audit;
using Musubi.TransparencyLog.Merkle;
using Musubi.TransparencyLog.Notes;
using Musubi.TransparencyLog.Policies;
using Musubi.TransparencyLog.Tiles;
using Musubi.TransparencyLog.Witnesses;
using Musubi.TransparencyLog.Writing;

namespace Musubi.Bench;

/// <summary>The public log: entries per second until a checkpoint covers them that the log has signed with both of its
/// keys and three witnesses on loopback have cosigned; then a log of ten million, hashed again and proved from. What
/// the same disk and processor give is measured beside it.</summary>
public static class LogBench
{
    private const int Appenders = 4096;
    private const int Witnesses = 3;
    private const int EntryBytes = 32;
    private const int BulkEntries = 10_000_000;
    private const int BulkStep = 65_536;
    private const int Proofs = 2000;
    private static readonly LogOrigin Origin = new("bench.example/log");
    private static readonly TimeSpan Warmup = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan QuorumDeadline = TimeSpan.FromSeconds(5);

    public static async Task Run(Figures figures)
    {
        var folder = Directory.CreateTempSubdirectory("musubi-bench-").FullName;
        try
        {
            using var ed25519 = NoteSigner.Generate(new KeyName(Origin.Value), NoteAlgorithm.Ed25519);
            using var mlDsa = NoteSigner.Generate(new KeyName(Origin.Value), NoteAlgorithm.MlDsa44);
            var before = Fsyncs(folder);
            await Write(figures, folder, [ed25519, mlDsa]);
            var after = Fsyncs(folder);
            figures.Add("log.fsyncs_per_second", (before + after) / 2, "/s", string.Create(
                CultureInfo.InvariantCulture, $"512 bytes each, same disk; {before:0} before, {after:0} after"));
            var hashes = Hashes();
            figures.Add("log.sha256_per_second", hashes, "/s", "65 bytes each, one thread");
            var bulk = Path.Combine(folder, "bulk");
            Build(bulk, ed25519);
            await Audit(figures, bulk, ed25519, hashes);
            await Prove(figures, bulk);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task Write(Figures figures, string folder, NoteSigner[] signers)
    {
        await using var witnesses = await LoopbackWitnesses.Start(
            Witnesses, Path.Combine(folder, "witnesses"), Origin, signers.Select(signer => signer.Key));
        using var http = new HttpClient();
        var trusted = new TrustedLog(Origin, signers.Select(signer => signer.Key));
        using var quorum = new WitnessQuorum(
            TrustPolicy.Parse(witnesses.Policy), trusted, http, TimeProvider.System);
        var settings = new LogWriterSettings
        {
            Cosign = async (note, tree, cancel) =>
            {
                var result = await quorum.Collect(note, tree, QuorumDeadline, cancel);
                return result.IsReached ? result.Note : null;
            },
        };
        await using var log = await LogWriter.Open(Path.Combine(folder, "log"), Origin, signers, settings);
        await Append(log, Warmup);
        var (entries, seconds, waits) = await Append(log, Window);
        figures.Add("log.entries_per_second", entries / seconds, "/s", string.Create(CultureInfo.InvariantCulture,
            $"integrated, {Witnesses} witnesses, Ed25519 and ML-DSA-44, {Appenders} appenders; at least 10,000"));
        figures.Add("log.integrated_p50_ms", waits[waits.Length / 2], "ms");
        figures.Add("log.integrated_p99_ms", waits[waits.Length * 99 / 100], "ms", "under 1,000");
    }

    private static async Task<(int Entries, double Seconds, double[] Waits)> Append(LogWriter log, TimeSpan length)
    {
        var waits = new ConcurrentBag<double>();
        var clock = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, Appenders).Select(_ => Task.Run(async () =>
        {
            while (clock.Elapsed < length)
            {
                var entry = RandomNumberGenerator.GetBytes(EntryBytes);
                var start = clock.Elapsed;
                var place = await log.Append(AppendKey.Of(entry), entry);
                await log.Integrated(place.Index);
                waits.Add((clock.Elapsed - start).TotalMilliseconds);
            }
        })));
        return (waits.Count, clock.Elapsed.TotalSeconds, [.. waits.Order()]);
    }

    /// <summary>Ten million entries in files, without the writer: nothing is flushed, and the time does not
    /// count.</summary>
    private static void Build(string folder, NoteSigner signer)
    {
        var edge = TreeEdge.Empty;
        while (edge.Size < BulkEntries)
        {
            var first = edge.Size;
            var count = (int)Math.Min(BulkStep, BulkEntries - first);
            (edge, var files) = edge.Grow(
                Enumerable.Range(0, count).Select(i => (ReadOnlyMemory<byte>)Entry(first + i)));
            foreach (var folderOf in files.Select(file => Path.GetDirectoryName(file.Address.Path)!).Distinct())
                Directory.CreateDirectory(Path.Combine(folder, folderOf));
            Parallel.ForEach(files, file => File.WriteAllBytes(Path.Combine(folder, file.Address.Path), file.Bytes));
        }
        var checkpoint = new Checkpoint(Origin, edge.Size, edge.Root());
        var note = SignedNote.Sign(checkpoint.Text, TimeProvider.System.GetUtcNow(), signer);
        File.WriteAllBytes(Path.Combine(folder, TileSource.CheckpointPath), note.ToBytes());
    }

    private static byte[] Entry(long index)
    {
        var entry = new byte[EntryBytes];
        System.Buffers.Binary.BinaryPrimitives.WriteInt64BigEndian(entry, index);
        return entry;
    }

    private static async Task Audit(Figures figures, string folder, NoteSigner signer, double hashes)
    {
        using var source = new DirectoryTiles(folder);
        var audit = new LogAudit(source, Origin, LogAudit.SignedBy([new NoteVerifier(signer.Key)]));
        var clock = Stopwatch.StartNew();
        var report = await audit.Run();
        if (report.Verdict is not AuditVerdict.Whole) throw new InvalidOperationException(report.Why);
        var rate = BulkEntries / clock.Elapsed.TotalSeconds;
        figures.Add("log.audit_entries_per_second", rate, "/s",
            "every entry and tile of ten million; at least 300,000");
        figures.Add("log.audit_entries_per_sha256", rate / hashes, "", "an entry needs two hashes; two cores");
    }

    private static async Task Prove(Figures figures, string folder)
    {
        using var source = new DirectoryTiles(folder);
        var reader = new TileReader(source);
        var checkpoint = Checkpoint.Parse((await reader.ReadCheckpoint())!.Text);
        var random = new Random(Proofs);
        var times = new double[Proofs];
        for (var i = -Proofs; i < Proofs; i++)
        {
            var index = random.NextInt64(BulkEntries);
            var clock = Stopwatch.StartNew();
            var proof = await reader.ProveInclusion(index, checkpoint.Size);
            if (i >= 0) times[i] = clock.Elapsed.TotalMilliseconds;
            var verdict = InclusionProof.Verify(
                index, checkpoint.Size, TreeHash.Leaf(Entry(index)), proof.AsSpan(), checkpoint.Root);
            if (verdict is not ProofVerdict.Holds) throw new InvalidOperationException($"Entry {index}: {verdict}.");
        }
        Array.Sort(times);
        figures.Add("log.proof_ms", times[Proofs / 2], "ms", "median, any of ten million entries, from files; under 1");
        figures.Add("log.proof_p99_ms", times[Proofs * 99 / 100], "ms");
    }

    private static double Fsyncs(string folder)
    {
        using var file = File.OpenHandle(Path.Combine(folder, "fsyncs"), FileMode.Create, FileAccess.Write);
        var bytes = new byte[512];
        var clock = Stopwatch.StartNew();
        var count = 0;
        for (; clock.Elapsed < TimeSpan.FromSeconds(2); count++)
        {
            RandomAccess.Write(file, bytes, (long)count * bytes.Length);
            RandomAccess.FlushToDisk(file);
        }
        return count / clock.Elapsed.TotalSeconds;
    }

    private static double Hashes()
    {
        var node = TreeHash.Empty;
        var clock = Stopwatch.StartNew();
        var count = 0;
        for (; clock.Elapsed < TimeSpan.FromSeconds(2); count++) node = TreeHash.Node(node, node);
        return count / clock.Elapsed.TotalSeconds;
    }
}
