using System.Collections.Immutable;

namespace Musubi.Vocabulary;

/// <summary>Bad jurisdiction data: every problem of every file at once, each as
/// "file:line: what is wrong; what would be right".</summary>
public sealed class JurisdictionException(ImmutableArray<string> problems)
    : Exception("The jurisdiction's data cannot be used:" + Environment.NewLine
        + string.Join(Environment.NewLine, problems))
{
    public ImmutableArray<string> Problems { get; } = problems;
}
