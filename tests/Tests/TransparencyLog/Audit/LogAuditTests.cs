using Musubi.Tests.Registers;
using Musubi.Tests.TransparencyLog.Writing;
using Musubi.TransparencyLog.Audit;
using Musubi.TransparencyLog.Notes;
using Musubi.TransparencyLog.Tiles;
using Musubi.TransparencyLog.Writing;
using Repository = Musubi.Tests.Vocabulary.Repository;

namespace Musubi.Tests.TransparencyLog.Audit;

/// <summary>A log's published files, and every way in which they can be wrong.</summary>
public sealed class LogAuditTests : IDisposable
{
    private const int Entries = 700;

    private static readonly LogOrigin Origin = new("log.example/audit");

    private readonly TemporaryFolder folder = new();
    private readonly NoteSigner signer =
        NoteSigner.FromSeed(new KeyName(Origin.Value), NoteAlgorithm.Ed25519, new byte[32]);

    public void Dispose()
    {
        signer.Dispose();
        folder.Dispose();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(256)]
    [InlineData(Entries)]
    [InlineData(65_536 + 300)]
    public async Task A_log_as_it_should_be_is_whole(int size)
    {
        Publish(size);
        var report = await Audit();
        Assert.Equal((AuditVerdict.Whole, size), (report.Verdict, report.Checkpoint!.Size));
    }

    [Fact]
    public async Task Every_bit_of_every_published_file_counts()
    {
        Publish(Entries);
        foreach (var path in Directory.EnumerateFiles(folder.Path, "*", SearchOption.AllDirectories))
        {
            var bytes = await File.ReadAllBytesAsync(path);
            var at = bytes.Length * 2 / 3;
            bytes[at] ^= 1;
            await File.WriteAllBytesAsync(path, bytes);
            var report = await Audit();
            Assert.NotEqual(AuditVerdict.Whole, report.Verdict);
            if (Path.GetFileName(path) != TileSource.CheckpointPath)
                Assert.Equal((AuditVerdict.Broken, 1), (report.Verdict, report.Broken));
            bytes[at] ^= 1;
            await File.WriteAllBytesAsync(path, bytes);
        }
        Assert.Equal(AuditVerdict.Whole, (await Audit()).Verdict);
    }

    [Fact]
    public async Task Every_published_file_is_needed()
    {
        Publish(Entries);
        foreach (var path in Directory.EnumerateFiles(folder.Path, "*", SearchOption.AllDirectories))
        {
            File.Move(path, path + "-away");
            Assert.Equal(
                Path.GetFileName(path) == TileSource.CheckpointPath ? AuditVerdict.NoCheckpoint : AuditVerdict.Broken,
                (await Audit()).Verdict);
            File.Move(path + "-away", path);
        }
    }

    [Fact]
    public async Task What_is_broken_is_named()
    {
        Publish(Entries);
        var bundle = Path.Combine(folder.Path, "tile/entries/001");
        var bytes = await File.ReadAllBytesAsync(bundle);
        bytes[2] ^= 1;
        await File.WriteAllBytesAsync(bundle, bytes);
        File.Delete(Path.Combine(folder.Path, "tile/0/000"));
        var report = await Audit();
        Assert.Equal(
            [
                new("tile/0/000", "is missing"),
                new("tile/0/001", "entry 256 does not hash to its leaf 0"),
            ],
            report.Findings.OrderBy(finding => finding.Path, StringComparer.Ordinal));
    }

    [Fact]
    public async Task Another_root_than_the_signed_one_is_refused()
    {
        Publish(Entries);
        Put(new Checkpoint(Origin, Entries, Musubi.TransparencyLog.Merkle.TreeHash.Leaf("another"u8)));
        Assert.Equal(AuditVerdict.WrongRoot, (await Audit()).Verdict);
    }

    [Fact]
    public async Task A_log_that_grew_goes_on_from_what_was_seen()
    {
        var before = Publish(300);
        Publish(Entries);
        Assert.Equal(AuditVerdict.Whole, (await Audit(before)).Verdict);
    }

    [Fact]
    public async Task A_log_that_became_smaller_is_shown_with_both_checkpoints()
    {
        var before = Publish(Entries);
        Publish(300);
        var report = await Audit(before);
        Assert.Equal(AuditVerdict.RolledBack, report.Verdict);
        Assert.Equal(before.ToString(), report.Remembered!.ToString());
        Assert.Equal(300, report.Checkpoint!.Size);
    }

    [Theory]
    [InlineData(300)]
    [InlineData(Entries)]
    public async Task A_log_with_another_past_is_a_split_view(int seen)
    {
        var before = Publish(seen, "one history");
        Publish(Entries, "another");
        Assert.Equal(AuditVerdict.SplitView, (await Audit(before)).Verdict);
    }

    [Fact]
    public async Task Another_key_and_another_origin_are_not_believed()
    {
        Publish(3);
        using var other = NoteSigner.Generate(new KeyName(Origin.Value), NoteAlgorithm.Ed25519);
        using var source = new DirectoryTiles(folder.Path);
        var byOther = new LogAudit(source, Origin, LogAudit.SignedBy([new NoteVerifier(other.Key)]));
        Assert.Equal(AuditVerdict.NotTrusted, (await byOther.Run()).Verdict);
        var ofOther = new LogAudit(
            source, new LogOrigin("log.example/other"), LogAudit.SignedBy([new NoteVerifier(signer.Key)]));
        Assert.Equal(AuditVerdict.AnotherLog, (await ofOther.Run()).Verdict);
    }

    [Fact]
    public async Task A_log_of_another_program_is_whole()
    {
        var place = Path.Combine(Repository.Root, "testkit", "tlog-tiles", "tessera-log");
        var key = NoteVerifier.Parse("example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx");
        using var source = new DirectoryTiles(place);
        var audit = new LogAudit(source, new LogOrigin("example.com/log/testdata"), LogAudit.SignedBy([key]));
        for (var size = 0; size <= 15; size++)
        {
            var seen = SignedNote.Parse(await File.ReadAllBytesAsync(Path.Combine(place, $"checkpoint.{size}")));
            Assert.Equal(AuditVerdict.Whole, (await audit.Run(seen)).Verdict);
        }
    }

    private Task<AuditReport> Audit(SignedNote? remembered = null) =>
        new LogAudit(new DirectoryTiles(folder.Path), Origin, LogAudit.SignedBy([new NoteVerifier(signer.Key)]))
            .Run(remembered, cancel: TestContext.Current.CancellationToken);

    /// <summary>A log of so many entries, in the place of whatever was there.</summary>
    private SignedNote Publish(int size, string history = "")
    {
        var (edge, files) = TreeEdge.Empty.Grow(Enumerable.Range(0, size).Select(
            i => (ReadOnlyMemory<byte>)(byte[])[.. LogWorld.Entry(i), .. System.Text.Encoding.UTF8.GetBytes(history)]));
        foreach (var inner in Directory.EnumerateDirectories(folder.Path)) Directory.Delete(inner, recursive: true);
        foreach (var file in files)
        {
            var path = Path.Combine(folder.Path, file.Address.Path);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllBytes(path, file.Bytes);
        }
        return Put(new Checkpoint(Origin, size, edge.Root()));
    }

    private SignedNote Put(Checkpoint checkpoint)
    {
        var note = SignedNote.Sign(checkpoint.Text, DateTimeOffset.UnixEpoch, signer);
        File.WriteAllBytes(Path.Combine(folder.Path, TileSource.CheckpointPath), note.ToBytes());
        return note;
    }
}
