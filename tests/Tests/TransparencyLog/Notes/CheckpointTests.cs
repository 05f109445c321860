using Musubi.TransparencyLog.Merkle;
using Musubi.TransparencyLog.Notes;

namespace Musubi.Tests.TransparencyLog.Notes;

/// <summary>C2SP tlog-checkpoint, Note text; the example is of its first page.</summary>
public sealed class CheckpointTests
{
    private const string Example = "example.com/behind-the-sofa\n20852163\n"
        + "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";

    [Fact]
    public void The_example_of_the_specification_is_read_and_written_the_same()
    {
        var checkpoint = Checkpoint.Parse(Example);

        Assert.Equal("example.com/behind-the-sofa", checkpoint.Origin.Value);
        Assert.Equal(20_852_163, checkpoint.Size);
        Assert.Equal("CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=", checkpoint.Root.ToString());
        Assert.Equal(Example, new Checkpoint(checkpoint.Origin, checkpoint.Size, checkpoint.Root).Text);
    }

    [Fact]
    public void Extension_lines_are_kept_as_they_are()
    {
        var checkpoint = Checkpoint.Parse(Example + "one more\nand another\n");

        Assert.Equal(["one more", "and another"], checkpoint.Extensions);
        Assert.Equal(Example + "one more\nand another\n", checkpoint.Text);
        Assert.NotEqual(Checkpoint.Parse(Example), checkpoint);
    }

    [Fact]
    public void An_empty_log_has_size_zero_and_the_hash_of_nothing() =>
        Assert.Equal("o\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n",
            new Checkpoint(new LogOrigin("o"), 0, TreeHash.Empty).Text);

    [Theory]
    [InlineData("", "lines of text")]
    [InlineData("o\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=", "ended by a newline")]
    [InlineData("o\n1\n", "has 3 to 19 lines")]
    [InlineData("\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n", "line 1")]
    [InlineData("o\n01\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n", "line 2")]
    [InlineData("o\n-1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n", "line 2")]
    [InlineData("o\n+1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n", "line 2")]
    [InlineData("o\n9223372036854775808\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n", "line 2")]
    [InlineData("o\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2J=\n", "line 3")]
    [InlineData("o\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I\n", "line 3")]
    [InlineData("o\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jx\n", "line 3")]
    [InlineData("o\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\nx\n", "extension line is empty")]
    public void What_is_no_checkpoint_is_refused_with_its_reason(string text, string reason) =>
        Assert.Contains(reason, Assert.Throws<NoteException>(() => Checkpoint.Parse(text)).Message,
            StringComparison.Ordinal);
}
