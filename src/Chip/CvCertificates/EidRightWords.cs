using System.Collections.Immutable;
using System.Globalization;

namespace Musubi.Chip.CvCertificates;

/// <summary>The rights of an authentication terminal in the words that certificate tools print (TR-03110-4
/// §2.2.3.2): for messages that name a missing right.</summary>
public static class EidRightWords
{
    private const int FirstReadBit = 8;
    private const int LastReadBit = FirstReadBit + 20;

    /// <summary>Every right in the set, lowest bit first.</summary>
    public static ImmutableArray<string> Of(EidRights rights) =>
    [
        .. from bit in Enumerable.Range(0, sizeof(ulong) * 8)
           let right = (EidRights)(1UL << bit)
           where rights.HasFlag(right)
           select Word(right, bit),
    ];

    private static string Word(EidRights right, int bit)
    {
        if (bit is >= FirstReadBit and <= LastReadBit) return Numbered("Read DG ", bit - FirstReadBit + 1);
        for (var group = 17; group <= 21; group++)
        {
            if (EidRightsByGroup.Write(group) == right) return Numbered("Write DG ", group);
        }

        return bit switch
        {
            0 => "Age Verification",
            1 => "Community ID Verification",
            2 => "Restricted Identification",
            3 => "Privileged Terminal",
            4 => "CAN allowed",
            5 => "PIN Management",
            6 => "Install Certificate",
            7 => "Install Qualified Certificate",
            _ => Numbered("Bit ", bit),
        };
    }

    private static string Numbered(string words, int number) =>
        words + number.ToString(CultureInfo.InvariantCulture);
}
