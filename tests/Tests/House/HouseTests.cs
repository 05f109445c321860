namespace Musubi.Tests.House;

/// <summary>The house rules, held against this repository and each against an example that breaks it.</summary>
public sealed class HouseTests
{
    private static readonly HouseRule[] Rules =
    [
        .. ShapeRules.All, .. NameRules.All, .. ArrowRules.All,
        .. HonestyRules.All, .. PageRules.All, .. CoverageRules.All,
    ];

    private static readonly Lazy<FileSet> Repository = new(FileSet.OfRepository);

    public static TheoryData<string> Sentences() => [.. Rules.Select(rule => rule.Sentence)];

    [Theory, MemberData(nameof(Sentences))]
    public void The_repository_keeps(string sentence)
    {
        var breaches = Rule(sentence).Check(Repository.Value).ToArray();

        Assert.True(breaches.Length == 0, string.Join('\n', breaches.Select(breach => breach.ToString())));
    }

    [Theory, MemberData(nameof(Sentences))]
    public void A_planted_breach_is_found_by(string sentence)
    {
        var rule = Rule(sentence);

        var breach = Assert.Single(rule.Check(rule.BadExample));
        Assert.Equal(rule.Found, breach.Place);
    }

    private static HouseRule Rule(string sentence) => Rules.Single(rule => rule.Sentence == sentence);
}
