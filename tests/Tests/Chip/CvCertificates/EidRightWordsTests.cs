using Musubi.Chip.CvCertificates;

namespace Musubi.Tests.Chip.CvCertificates;

/// <summary>A right that is missing can be named.</summary>
public sealed class EidRightWordsTests
{
    [Fact]
    public void Every_right_has_one_word_and_no_two_have_the_same()
    {
        var words = EidRightWords.Of(EidRights.All);
        Assert.Equal(34, words.Length);
        Assert.Equal(words.Length, words.Distinct().Count());
        Assert.DoesNotContain(words, word => word.StartsWith("Bit", StringComparison.Ordinal));
    }

    [Fact]
    public void Groups_are_named_by_their_number_for_reading_and_for_writing()
    {
        Assert.Equal(["Read DG 1", "Read DG 21"], EidRightWords.Of(EidRights.ReadDg1 | EidRights.ReadDg21));
        Assert.Equal(["Write DG 21", "Write DG 17"], EidRightWords.Of(EidRights.WriteDg17 | EidRights.WriteDg21));
        Assert.Equal(
            ["Age Verification", "Restricted Identification", "CAN allowed"],
            EidRightWords.Of(
                EidRights.CanAllowed | EidRights.AgeVerification | EidRights.RestrictedIdentification));
        Assert.Empty(EidRightWords.Of(EidRights.None));
    }
}
