using System.Text;
using System.Text.Json;
using Musubi.Tests.Vocabulary;
using Musubi.TransparencyLog.Merkle;
using Musubi.TransparencyLog.Notes;

namespace Musubi.Tests.TransparencyLog.Notes;

/// <summary>C2SP signed-note; cases of others are in testkit/signed-note.</summary>
public sealed class SignedNoteTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 24, 9, 0, 0, TimeSpan.Zero);

    private static readonly KeyName Name = new("log.example.jp/readings");

    private static readonly Checkpoint Tree =
        new(new LogOrigin("log.example.jp/readings"), 7, TreeHash.Leaf("one"u8));

    public static TheoryData<NoteAlgorithm> Algorithms => [.. Enum.GetValues<NoteAlgorithm>()];

    public static TheoryData<string> Cases =>
    [
        .. Directory.GetFiles(Repository.Folder("testkit", "signed-note"), "*.json")
            .Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal),
    ];

    [Theory, MemberData(nameof(Cases))]
    public void A_case_of_the_testkit_has_its_verdict(string file)
    {
        var expected = JsonSerializer.Deserialize<Case>(
            File.ReadAllText(Repository.Folder("testkit", "signed-note", file)), JsonSerializerOptions.Web)!;

        var note = SignedNote.Parse(expected.Note);

        Assert.Equal(expected.Verdict, note.Verify(NoteVerifier.Parse(expected.Key)).Trust.ToString());
        Assert.Equal((expected.Text, expected.Note), (note.Text, note.ToString()));
    }

    [Theory, MemberData(nameof(Algorithms))]
    public void What_a_key_signs_its_verifier_trusts_and_nobody_elses(NoteAlgorithm algorithm)
    {
        using var signer = NoteSigner.Generate(Name, algorithm);
        using var stranger = NoteSigner.Generate(Name, algorithm);

        var note = SignedNote.Parse(SignedNote.Sign(Tree.Text, Now, signer).ToBytes());

        Assert.True(note.Verify(new NoteVerifier(signer.Key)).Has(signer.Key));
        Assert.Equal(NoteTrust.NoKnownKey, note.Verify(new NoteVerifier(stranger.Key)).Trust);
    }

    [Theory, MemberData(nameof(Algorithms))]
    public void One_changed_bit_of_a_signature_refuses_the_note(NoteAlgorithm algorithm)
    {
        using var signer = NoteSigner.Generate(Name, algorithm);
        var signature = signer.Sign(Tree.Text, Now);
        var bytes = signature.Bytes.ToArray();
        bytes[^1] ^= 1;
        var changed = new SignedNote(Tree.Text, [new NoteSignature(Name, signature.Key, bytes)]);

        Assert.Equal(NoteTrust.BadSignature, changed.Verify(new NoteVerifier(signer.Key)).Trust);
    }

    [Theory, MemberData(nameof(Algorithms))]
    public void A_secret_key_survives_its_text_form(NoteAlgorithm algorithm)
    {
        using var signer = NoteSigner.Generate(Name, algorithm);

        using var again = NoteSigner.Parse(signer.WriteSecret());

        Assert.Equal(signer.Key, again.Key);
        Assert.Equal(signer.Key, NoteKey.Parse(signer.Key.ToString()));
        Assert.StartsWith($"PRIVATE+KEY+{Name}+{signer.Key.Id}+", Encoding.UTF8.GetString(again.WriteSecret()),
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_cosignature_says_when_it_was_made()
    {
        using var signer = NoteSigner.Generate(Name, NoteAlgorithm.Ed25519Cosignature);

        var verdict = SignedNote.Sign(Tree.Text, Now, signer).Verify(new NoteVerifier(signer.Key));

        Assert.Equal(Now, Assert.Single(verdict.Signatures).At);
    }

    [Fact]
    public void Signatures_of_unknown_keys_are_passed_over_even_with_a_known_name()
    {
        using var known = NoteSigner.Generate(Name, NoteAlgorithm.Ed25519);
        using var unknown = NoteSigner.Generate(Name, NoteAlgorithm.MlDsa44);

        var verdict = SignedNote.Sign(Tree.Text, Now, unknown, known).Verify(new NoteVerifier(known.Key));

        Assert.Equal(known.Key, Assert.Single(verdict.Signatures).Key);
    }

    [Fact]
    public void The_last_empty_line_separates_text_and_signatures()
    {
        using var signer = NoteSigner.Generate(Name, NoteAlgorithm.Ed25519);
        const string Text = "first\n\n— not a signature\n\nlast\n";

        var note = SignedNote.Parse(SignedNote.Sign(Text, Now, signer).ToString());

        Assert.Equal(Text, note.Text);
        Assert.True(note.Verify(new NoteVerifier(signer.Key)).IsTrusted);
    }

    [Theory]
    [InlineData("text\n— name AAAAAAA=\n", "a note is text, an empty line and signature lines")]
    [InlineData("text\n\n", "a note is text, an empty line and signature lines")]
    [InlineData("text\n\n— name AAAAAAA=", "a note is text, an empty line and signature lines")]
    [InlineData("te\rxt\n\n— name AAAAAAA=\n", "UTF-8 without control characters")]
    [InlineData("text\n\n- name AAAAAAA=\n", "begins with an em dash")]
    [InlineData("text\n\n— na+me AAAAAAA=\n", "a dash, a key name and a signature")]
    [InlineData("text\n\n— name\n", "a dash, a key name and a signature")]
    [InlineData("text\n\n— name AAAAAA==\n", "is not base64 of 5 to")]
    [InlineData("text\n\n— name AAAAAAB=\n", "is not base64 of 5 to")]
    [InlineData("text\n\n— name AAAA AAA=\n", "is not base64 of 5 to")]
    public void What_is_no_note_is_refused_with_its_reason(string bytes, string reason) =>
        Assert.Contains(reason, Assert.Throws<NoteException>(() => SignedNote.Parse(bytes)).Message,
            StringComparison.Ordinal);

    [Fact]
    public void A_note_takes_a_hundred_signatures_and_not_one_more()
    {
        using var signer = NoteSigner.Generate(Name, NoteAlgorithm.Ed25519);
        var line = signer.Sign(Tree.Text, Now);
        string Note(int lines) => $"{Tree.Text}\n{string.Concat(Enumerable.Repeat($"{line}\n", lines))}";

        Assert.Equal(100, SignedNote.Parse(Note(100)).Signatures.Length);
        Assert.Throws<NoteException>(() => SignedNote.Parse(Note(101)));
    }

    private sealed record Case(string What, string Key, string Note, string Text, string Verdict);
}
