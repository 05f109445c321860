using Musubi.Fuzz;
using Musubi.Tests.Vocabulary;

namespace Musubi.Tests.Chip.Model;

/// <summary>The inputs that fuzzing found worth keeping, fed again without the fuzzer.</summary>
public sealed class CorpusTests
{
    private const int CorpusBytes = 1_000_000;

    public static TheoryData<string> Targets => [.. FuzzTarget.All.Select(target => target.Name)];

    [Theory, MemberData(nameof(Targets))]
    public void Every_input_of_the_corpus_keeps_the_promises_of(string name)
    {
        var target = FuzzTarget.All.Single(one => one.Name == name);
        var inputs = Directory.GetFiles(Repository.Folder("tests", "Fuzz", "corpus", name));
        Assert.NotEmpty(inputs);
        foreach (var input in inputs)
        {
            var broken = Record.Exception(() => target.Feed(File.ReadAllBytes(input)));
            Assert.True(broken is null, $"{Path.GetFileName(input)}: {broken}");
        }
    }

    [Fact]
    public void The_corpus_stays_small()
    {
        var corpus = new DirectoryInfo(Repository.Folder("tests", "Fuzz", "corpus"));
        var bytes = corpus.EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length);
        Assert.InRange(bytes, 1, CorpusBytes);
        Assert.Equal(
            FuzzTarget.All.Select(target => target.Name).Order(StringComparer.Ordinal),
            corpus.EnumerateDirectories().Select(folder => folder.Name).Order(StringComparer.Ordinal));
    }
}
