using System.Collections.Immutable;

namespace Musubi.Office.Counter;

/// <summary>Two texts beside each other, in pieces that agree or differ: the longest common subsequence
/// agrees.</summary>
public static class Differences
{
    /// <summary>Longer texts are compared as a whole: the table grows with the product of both lengths.</summary>
    private const int LongestCompared = 300;

    public static (ImmutableArray<TextPiece> Left, ImmutableArray<TextPiece> Right) Between(string left, string right)
    {
        if (string.Equals(left, right, StringComparison.Ordinal)) return (Whole(left, false), Whole(right, false));
        if (left.Length == 0 || right.Length == 0 || left.Length > LongestCompared || right.Length > LongestCompared)
            return (Whole(left, true), Whole(right, true));

        var common = Lengths(left, right);
        var (inLeft, inRight) = (new bool[left.Length], new bool[right.Length]);
        for (var (i, j) = (0, 0); i < left.Length && j < right.Length;)
        {
            if (left[i] == right[j]) (inLeft[i++], inRight[j++]) = (true, true);
            else if (common[i + 1, j] >= common[i, j + 1]) i++;
            else j++;
        }
        return (Pieces(left, inLeft), Pieces(right, inRight));
    }

    private static int[,] Lengths(string left, string right)
    {
        var lengths = new int[left.Length + 1, right.Length + 1];
        for (var i = left.Length - 1; i >= 0; i--)
            for (var j = right.Length - 1; j >= 0; j--)
                lengths[i, j] = left[i] == right[j]
                    ? lengths[i + 1, j + 1] + 1
                    : Math.Max(lengths[i + 1, j], lengths[i, j + 1]);
        return lengths;
    }

    private static ImmutableArray<TextPiece> Pieces(string text, bool[] agrees)
    {
        var pieces = ImmutableArray.CreateBuilder<TextPiece>();
        var start = 0;
        for (var i = 1; i <= text.Length; i++)
        {
            if (i < text.Length && agrees[i] == agrees[start]) continue;
            pieces.Add(new(text[start..i], !agrees[start]));
            start = i;
        }
        return pieces.ToImmutable();
    }

    private static ImmutableArray<TextPiece> Whole(string text, bool differs) =>
        text.Length == 0 ? [] : [new(text, differs)];
}

public sealed record TextPiece(string Text, bool Differs);
