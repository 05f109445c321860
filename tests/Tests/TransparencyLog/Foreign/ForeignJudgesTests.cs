using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Musubi.Tests.Registers;
using Musubi.TransparencyLog.Merkle;
using Musubi.TransparencyLog.Notes;
using Musubi.TransparencyLog.Writing;

namespace Musubi.Tests.TransparencyLog.Foreign;

/// <summary>Our notes, checkpoints, tiles and proofs before judges that others wrote, and theirs before ours.</summary>
[Collection(ForeignJudgesCollection.Name)]
public sealed class ForeignJudgesTests(ForeignJudges judges) : IDisposable
{
    private const string Origin = "log.example.jp/readings";
    private const int Entries = 1000;
    private readonly TemporaryFolder folder = new();
    private readonly NoteSigner ed25519 = NoteSigner.Generate(new KeyName(Origin), NoteAlgorithm.Ed25519);
    private readonly NoteSigner mlDsa = NoteSigner.Generate(new KeyName(Origin), NoteAlgorithm.MlDsa44);

    private string Public => Path.Combine(folder.Path, "log", LogWriter.PublicFolder);

    public void Dispose()
    {
        mlDsa.Dispose();
        ed25519.Dispose();
        folder.Dispose();
    }

    [Fact]
    public async Task Go_opens_our_note_and_passes_over_the_signature_that_it_does_not_know()
    {
        var text = TestLogText(7);
        var file = Written("note", SignedNote.Sign(text, TestLog.Now, mlDsa, ed25519).ToBytes());

        var opened = await judges.Go("open", ed25519.Key.ToString(), file);

        Assert.Equal($"{Origin}\n\n{text}", opened.All);
    }

    [Fact]
    public async Task Go_refuses_our_note_with_one_letter_changed()
    {
        var note = SignedNote.Sign(TestLogText(7), TestLog.Now, ed25519).ToString();
        var file = Written("note", Encoding.UTF8.GetBytes(note.Replace("\n7\n", "\n8\n", StringComparison.Ordinal)));

        var opened = await judges.Go("open", ed25519.Key.ToString(), file);

        Assert.Equal((1, "invalid signature for key log.example.jp/readings+" + ed25519.Key.Id + "\n"),
            (opened.Code, opened.All));
    }

    [Fact]
    public async Task We_trust_a_note_that_Go_signed()
    {
        const string Text = "first\n\nIt is 八月。\n";

        var signed = await judges.Go("sign", "go.example/key", Written("text", Encoding.UTF8.GetBytes(Text)));

        Assert.Equal(0, signed.Code);
        var split = signed.Output.IndexOf('\n', StringComparison.Ordinal);
        var note = SignedNote.Parse(signed.Output[(split + 1)..]);
        Assert.Equal(Text, note.Text);
        Assert.True(note.Verify(NoteVerifier.Parse(signed.Output[..split])).IsTrusted);
    }

    [Fact]
    public async Task Go_finds_every_entry_and_every_older_size_in_what_we_publish()
    {
        await using (await Publish()) { }

        var judged = await judges.Go("log", ed25519.Key.ToString(), Public, "1", "2", "255", "256", "257", "999");

        Assert.Equal($"{Entries} entries, 6 older sizes\n", judged.All);
    }

    [Theory]
    [InlineData("tile/entries/001", 700)]
    [InlineData("tile/0/002", 700)]
    [InlineData("tile/1/000.p/3", 50)]
    [InlineData("checkpoint", 24)]
    public async Task Go_finds_one_changed_bit_in_what_we_publish(string path, int at)
    {
        await using (await Publish()) { }
        var bytes = await File.ReadAllBytesAsync(Path.Combine(Public, path), Cancel);
        bytes[at] ^= 1;
        await File.WriteAllBytesAsync(Path.Combine(Public, path), bytes, Cancel);

        Assert.Equal(1, (await judges.Go("log", ed25519.Key.ToString(), Public)).Code);
    }

    [Fact]
    public async Task Our_proofs_are_hash_by_hash_those_of_Go()
    {
        await using var log = await Publish();
        var lines = new StringBuilder();
        foreach (var size in (long[])[1, 2, 3, 255, 256, 257, 700, Entries])
        {
            foreach (var index in (long[])[0, 1, size / 3, size / 2, size - 1])
            {
                if (index < size) Line("inclusion", index, size, await Proof(InclusionProof.Ranges(index, size)));
                if (index > 0) Line("consistency", index, size, await Proof(ConsistencyProof.Ranges(index, size)));
            }
        }

        var judged = await judges.Go(
            "proofs", ed25519.Key.ToString(), Public, Written("proofs", Encoding.UTF8.GetBytes(lines.ToString())));

        Assert.Equal($"{lines.ToString().Count(letter => letter == '\n')} proofs\n", judged.All);

        void Line(string kind, long from, long size, IEnumerable<TreeHash> hashes) =>
            lines.Append(kind).Append(' ').Append(from).Append(' ').Append(size)
                .AppendJoin("", hashes.Select(hash => $" {hash}")).Append('\n');

        async Task<List<TreeHash>> Proof(IEnumerable<TreeRange> ranges)
        {
            // Partial tiles of these sizes were never published: the prefixes of the whole tree's tiles serve.
            var hashes = new List<TreeHash>();
            foreach (var range in ranges) hashes.Add(await log.Reader.Hash(range, Entries));
            return hashes;
        }
    }

    [Fact]
    public async Task Sigstore_verifies_a_signature_whose_record_stands_in_our_log()
    {
        using var signer = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var artifact = "what was signed"u8.ToArray();
        var signature = signer.SignData(artifact, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        var entry = JsonSerializer.SerializeToUtf8Bytes(new
        {
            apiVersion = "0.0.1",
            kind = "hashedrekord",
            spec = new
            {
                data = new
                {
                    hash = new { algorithm = "sha256", value = Convert.ToHexStringLower(SHA256.HashData(artifact)) },
                },
                signature = new { content = Convert.ToBase64String(signature) },
            },
        });
        await using var log = await Publish(entry);
        var published = log.Published;
        var index = published.Size - 1;
        var hashes = await log.Reader.ProveInclusion(index, published.Size, Cancel);

        var right = await judges.Node("sigstore", Given("right", published.Note.ToString()));
        var otherSize = published.Note.ToString().Replace($"\n{published.Size}\n", $"\n{published.Size + 1}\n",
            StringComparison.Ordinal);
        var wrong = await judges.Node("sigstore", Given("wrong", otherSize));

        Assert.Equal("verified\n", right.All);
        Assert.Equal((1, "invalid checkpoint signature\n"), (wrong.Code, wrong.Errors));

        string Given(string name, string checkpoint) => Written(name, JsonSerializer.SerializeToUtf8Bytes(new
        {
            origin = Origin,
            logKey = Convert.ToBase64String(ed25519.Key.PublicKey.Span),
            signerKey = signer.ExportSubjectPublicKeyInfoPem(),
            artifact,
            signature,
            entry,
            index = $"{index}",
            hashes = hashes.Select(hash => hash.ToString()),
            checkpoint,
        }));
    }

    [Fact]
    public async Task Noble_verifies_our_ML_DSA_44_cosignature_of_a_message_that_it_built_itself()
    {
        var signature = mlDsa.Sign(TestLogText(7), TestLog.Now);

        var right = await judges.Node("ml-dsa", Given("right", 7));
        var wrong = await judges.Node("ml-dsa", Given("wrong", 8));

        Assert.Equal("verified\n", right.All);
        Assert.Equal((1, "does not hold\n"), (wrong.Code, wrong.Errors));

        string Given(string name, long size) => Written(name, JsonSerializer.SerializeToUtf8Bytes(new
        {
            name = Origin,
            text = TestLogText(size),
            publicKey = Convert.ToBase64String(mlDsa.Key.PublicKey.Span),
            signature = Convert.ToBase64String(signature.Bytes.Span),
        }));
    }

    [Fact]
    public async Task We_trust_an_ML_DSA_44_cosignature_that_Noble_made()
    {
        var seconds = TestLog.Now.ToUnixTimeSeconds();
        var signed = await judges.Node("ml-dsa-sign", Written("given", JsonSerializer.SerializeToUtf8Bytes(
            new { name = "noble.example", seconds, text = TestLogText(7) })));

        Assert.True(signed.Code == 0, signed.All);
        var lines = signed.Output.Split('\n').Take(2).Select(Convert.FromBase64String).ToArray();
        var key = new NoteKey(new KeyName("noble.example"), NoteAlgorithm.MlDsa44, lines[0]);
        byte[] time = [.. BitConverter.GetBytes(seconds).Reverse()];
        var note = new SignedNote(TestLogText(7), [new NoteSignature(key.Name, key.Id, [.. time, .. lines[1]])]);
        Assert.Equal(TestLog.Now, Assert.Single(note.Verify(new NoteVerifier(key)).Signatures).At);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static string TestLogText(long size) =>
        new Checkpoint(new LogOrigin(Origin), size, TreeHash.Leaf("root"u8)).Text;

    private async Task<LogWriter> Publish(params byte[][] more)
    {
        var log = await LogWriter.Open(
            Path.Combine(folder.Path, "log"), new LogOrigin(Origin), [ed25519, mlDsa], cancel: Cancel);
        byte[][] entries = [.. Enumerable.Range(0, Entries).Select(TestLog.Entry), .. more];
        var places = await Task.WhenAll(entries.Select((entry, i) =>
            log.Append(AppendKey.Of(Encoding.UTF8.GetBytes($"{i}")), entry)));
        await log.Integrated(places.Max(place => place.Index), Cancel);
        return log;
    }

    private string Written(string name, byte[] bytes)
    {
        var path = Path.Combine(folder.Path, name);
        File.WriteAllBytes(path, bytes);
        return path;
    }
}
