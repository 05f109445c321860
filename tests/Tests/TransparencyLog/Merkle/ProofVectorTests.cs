using System.Globalization;
using System.Text.Json;
using Musubi.Tests.Vocabulary;
using Musubi.TransparencyLog.Merkle;

namespace Musubi.Tests.TransparencyLog.Merkle;

/// <summary>Every proof of testkit/merkle, with the verdict that its file names.</summary>
public sealed class ProofVectorTests
{
    private const int CasesOfAKind = 98;
    private const string Unreadable = "Unreadable";

    public static TheoryData<string> Inclusions => Cases("inclusion");

    public static TheoryData<string> Consistencies => Cases("consistency");

    [Theory]
    [MemberData(nameof(Inclusions))]
    public void An_inclusion_proof_gets_the_verdict_of_its_case(string name)
    {
        using var json = Open("inclusion", name);
        var read = json.RootElement;
        var verdict = TryNumber(read, "index", out var index) && TryNumber(read, "size", out var size)
            && TryHash(read, "leaf", out var leaf) && TryHash(read, "root", out var root)
            && TryProof(read, out var proof)
                ? InclusionProof.Verify(index, size, leaf, proof, root).ToString()
                : Unreadable;
        Assert.Equal(read.GetProperty("verdict").GetString(), verdict);
    }

    [Theory]
    [MemberData(nameof(Consistencies))]
    public void A_consistency_proof_gets_the_verdict_of_its_case(string name)
    {
        using var json = Open("consistency", name);
        var read = json.RootElement;
        var verdict = TryNumber(read, "oldSize", out var oldSize) && TryNumber(read, "newSize", out var newSize)
            && TryHash(read, "oldRoot", out var oldRoot) && TryHash(read, "newRoot", out var newRoot)
            && TryProof(read, out var proof)
                ? ConsistencyProof.Verify(oldSize, newSize, oldRoot, newRoot, proof).ToString()
                : Unreadable;
        Assert.Equal(read.GetProperty("verdict").GetString(), verdict);
    }

    [Theory]
    [InlineData("inclusion")]
    [InlineData("consistency")]
    public void All_cases_are_there(string kind) => Assert.Equal(CasesOfAKind, Cases(kind).Count);

    private static TheoryData<string> Cases(string kind) => new(
        Directory.EnumerateFiles(Folder(kind)).Select(path => Path.GetFileNameWithoutExtension(path))
            .Order(StringComparer.Ordinal));

    private static JsonDocument Open(string kind, string name) =>
        JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Folder(kind), name + ".json")));

    private static string Folder(string kind) => Path.Combine(Repository.Root, "testkit", "merkle", kind);

    private static bool TryNumber(JsonElement from, string name, out long number) =>
        long.TryParse(from.GetProperty(name).GetString(), CultureInfo.InvariantCulture, out number);

    private static bool TryHash(JsonElement from, string name, out TreeHash hash) =>
        TreeHash.TryParse(from.GetProperty(name).GetString(), out hash);

    private static bool TryProof(JsonElement from, out TreeHash[] proof)
    {
        var hashes = new List<TreeHash>();
        foreach (var one in from.GetProperty("proof").EnumerateArray())
            if (TreeHash.TryParse(one.GetString(), out var hash)) hashes.Add(hash);
        proof = [.. hashes];
        return hashes.Count == from.GetProperty("proof").GetArrayLength();
    }
}
