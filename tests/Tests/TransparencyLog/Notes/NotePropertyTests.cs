using System.Text;
using CsCheck;
using Musubi.Fuzz;
using Musubi.Tests.Vocabulary;
using Musubi.TransparencyLog.Merkle;
using Musubi.TransparencyLog.Notes;

namespace Musubi.Tests.TransparencyLog.Notes;

/// <summary>The readers of the log's texts, with bytes that nobody chose. What they promise is in the fuzz target.
/// </summary>
public sealed class NotePropertyTests
{
    private static readonly Action<byte[]> Feed = FuzzTarget.All.Single(target => target.Name == "note").Feed;

    private static readonly byte[][] Corpus =
    [
        .. Directory.GetFiles(Repository.Folder("tests", "Fuzz", "corpus", "note")).Order(StringComparer.Ordinal)
            .Select(File.ReadAllBytes),
    ];

    // What the formats are made of: a change that keeps a line a line gets further than a random byte.
    private static readonly string[] Pieces =
    [
        "\n", "\n\n", " ", "+", "=", "— ", "old ", "index ", "extra ", "group ", "quorum ", "0", "18446744073709551615",
        "9223372036854775807", "\u0000", "\r\n", "\uFEFF", "AAAA", "\u3000", "none", "all ", "#",
    ];

    private static readonly Gen<byte[]> Edited =
        from original in Gen.Int[0, Corpus.Length - 1].Select(i => Corpus[i])
        from edits in Gen.Select(Gen.Double[0, 1], Gen.Int[0, 40], Gen.OneOf(Gen.Byte.Array[0, 3],
            Gen.Int[0, Pieces.Length - 1].Select(i => Encoding.UTF8.GetBytes(Pieces[i])))).Array[1, 4]
        select edits.Aggregate(original, Edit);

    [Fact]
    public void Whatever_is_read_is_written_the_same_and_nothing_else_is_thrown() =>
        Edited.Sample(Feed, iter: 20_000);

    [Fact]
    public void Any_bytes_are_refused_with_the_one_exception() =>
        Gen.Byte.Array[0, 300].Sample(Feed, iter: 20_000);

    [Fact]
    public void Any_text_that_can_be_signed_is_read_as_it_was_signed()
    {
        using var signer = NoteSigner.Generate(new KeyName("k"), NoteAlgorithm.Ed25519);
        var verifier = new NoteVerifier(signer.Key);
        var letters = Gen.OneOf(Gen.Char[' ', '~'], Gen.Const('\n'), Gen.Char['\u00a0', '\u303f'], Gen.Const('—'));
        letters.Array[0, 60].Select(text => new string(text) + "\n").Sample(text =>
        {
            var note = SignedNote.Parse(SignedNote.Sign(text, TestLog.Now, signer).ToBytes());
            Assert.Equal(text, note.Text);
            Assert.True(note.Verify(verifier).IsTrusted);
        }, iter: 300);
    }

    [Fact]
    public void Any_checkpoint_is_read_as_it_was_written() =>
        Gen.Select(Gen.Long[0, long.MaxValue], Gen.Byte.Array[TreeHash.Length],
            Gen.Char['!', '~'].Array[1, 80]).Sample((size, root, origin) =>
        {
            var checkpoint = new Checkpoint(new LogOrigin(new string(origin)), size, new TreeHash(root));
            Assert.Equal(checkpoint, Checkpoint.Parse(checkpoint.Text));
            Assert.Equal(checkpoint.Root, Checkpoint.Parse(checkpoint.Text).Root);
        });

    /// <summary>Puts bytes into the place of some.</summary>
    private static byte[] Edit(byte[] bytes, (double Where, int Length, byte[] By) edit)
    {
        var at = 1 + (int)(edit.Where * (bytes.Length - 1));
        var end = Math.Min(bytes.Length, at + edit.Length);
        return [.. bytes[..Math.Min(at, bytes.Length)], .. edit.By, .. bytes[end..]];
    }
}
