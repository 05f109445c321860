using Musubi.Vocabulary;
using Xunit;

namespace Musubi.Tests.Vocabulary;

public sealed class JapanTests
{
    private static readonly Jurisdiction Japan = Jurisdiction.Load(Repository.Folder("jurisdictions", "japan"));

    [Fact]
    public void There_are_29_statuses_and_the_special_permanent_resident()
    {
        var tables = Japan.Statuses.Values.CountBy(status => status.Table).ToDictionary();
        Assert.Equal((6, 13, 2, 3, 1, 4),
            (tables["1-1"], tables["1-2"], tables["1-3"], tables["1-4"], tables["1-5"], tables["2"]));
        Assert.Equal(1, tables["special-act"]);
        Assert.Equal(30, Japan.Statuses.Count);
    }
}
