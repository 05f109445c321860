using System.Collections.Frozen;

namespace Musubi.Linkage;

/// <summary>Simplified characters that residence cards print in their standard form (Ministry of Justice Notice 582 of
/// 2011), for the commonest names. A character that is not here must agree as it stands, so a gap in this list costs a
/// review and never links anybody.</summary>
internal static class KanjiVariants
{
    private const string Simplified = "张刘陈杨赵吴孙马罗郑谢许韩冯邓叶苏卢蒋贾国华伟丽军强黃德吕锦龙凤兰红东陆钱严钟谭云贵刚桥飞义圣齐";
    private const string Standard = "張劉陳楊趙呉孫馬羅鄭謝許韓馮鄧葉蘇盧蔣賈國華偉麗軍強黄徳呂錦龍鳳蘭紅東陸錢嚴鐘譚雲貴剛橋飛義聖齊";

    private static readonly FrozenDictionary<char, char> StandardOf =
        Simplified.Zip(Standard).ToFrozenDictionary(pair => pair.First, pair => Modern(pair.Second));

    public static string Fold(string name) =>
        string.Create(name.Length, name, (folded, source) =>
        {
            for (var i = 0; i < source.Length; i++)
                folded[i] = StandardOf.TryGetValue(source[i], out var standard) ? standard : Modern(source[i]);
        });

    /// <summary>Old and new Japanese forms of the same character count as one.</summary>
    private static char Modern(char c) => c switch
    {
        '國' => '国',
        '德' => '徳',
        '黃' => '黄',
        '錢' => '銭',
        '嚴' => '厳',
        '齊' => '斉',
        '吳' => '呉',
        '蔣' => '蒋',
        _ => c,
    };
}
