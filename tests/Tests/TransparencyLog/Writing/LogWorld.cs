using System.Text;
using Musubi.CrashHost;
using Musubi.Tests.Registers;
using Musubi.TransparencyLog.Merkle;
using Musubi.TransparencyLog.Notes;
using Musubi.TransparencyLog.Tiles;
using Musubi.TransparencyLog.Writing;

namespace Musubi.Tests.TransparencyLog.Writing;

/// <summary>A log in a folder of its own, and what its appenders and the world have seen of it.</summary>
internal sealed class LogWorld : IDisposable
{
    public static readonly LogOrigin Origin = new("log.example/test");

    private readonly TemporaryFolder folder = new();
    private readonly NoteSigner signer =
        NoteSigner.FromSeed(new KeyName(Origin.Value), NoteAlgorithm.Ed25519, new byte[32]);

    public string Folder => Path.Combine(folder.Path, "log");

    public string Public => Path.Combine(Folder, LogWriter.PublicFolder);

    public LogWitness Witness { get; } = new();

    public NoteVerifier Verifier => new(signer.Key);

    /// <summary>No pauses, one thread for tiles: as many rounds as there can be.</summary>
    public LogWriterSettings Settings => new()
    {
        RoundEvery = TimeSpan.Zero,
        RetryAfter = TimeSpan.FromMilliseconds(1),
        TileWriters = 1,
        Cosign = Witness.Cosign,
    };

    public Task<LogWriter> Open(LogWriterSettings? settings = null, string? at = null) =>
        LogWriter.Open(at ?? Folder, Origin, [signer], settings ?? Settings);

    public static AppendKey Key(int i) => AppendKey.Of(Encoding.UTF8.GetBytes($"key {i}"));

    public static byte[] Entry(int i) => Encoding.UTF8.GetBytes($"entry {i}");

    public static async Task<LogPlace[]> Append(LogWriter log, int first, int count) =>
        await Task.WhenAll(Enumerable.Range(first, count).Select(i => log.Append(Key(i), Entry(i))));

    /// <summary>Reads the published files as anybody would: the tiles and every entry lead to the signed
    /// root.</summary>
    public async Task<Checkpoint> Audit(string? at = null)
    {
        var reader = new TileReader(new DirectoryTiles(Path.Combine(at ?? Folder, LogWriter.PublicFolder)));
        var note = (await reader.ReadCheckpoint())!;
        Assert.True(note.Verify(Verifier).IsTrusted);
        var checkpoint = Checkpoint.Parse(note.Text);
        Assert.Equal(checkpoint.Root, await reader.Root(checkpoint.Size));
        var range = new CompactRange();
        for (var index = 0L; index < checkpoint.Size; index += TileAddress.FullWidth)
        {
            var address = TileAddress.BundleInTree(index / TileAddress.FullWidth, checkpoint.Size)!.Value;
            var (found, bytes) = await reader.ReadOrFull(address, CancellationToken.None);
            foreach (var leaf in EntryBundle.Leaves(found, bytes).AsSpan(0, address.Width)) range.Append(leaf);
        }
        Assert.Equal(checkpoint.Root, range.Root());
        return checkpoint;
    }

    public void Dispose()
    {
        signer.Dispose();
        folder.Dispose();
    }
}
