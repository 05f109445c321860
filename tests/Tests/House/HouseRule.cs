namespace Musubi.Tests.House;

/// <summary>
/// A rule of the house as a function over files, with an example that breaks it: a rule that was never seen to fail
/// proves nothing.
/// </summary>
/// <param name="Sentence">What holds, as the test's name.</param>
/// <param name="Check">Yields every breach.</param>
/// <param name="BadExample">Files in which the rule must find exactly one breach.</param>
/// <param name="Found">The place of that breach, as "path:line".</param>
internal sealed record HouseRule(
    string Sentence, Func<FileSet, IEnumerable<Breach>> Check, FileSet BadExample, string Found)
{
    public override string ToString() => Sentence;
}
