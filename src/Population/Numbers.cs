using System.Globalization;
using Musubi.Vocabulary;

namespace Musubi.Population;

/// <summary>The numbers of the person at one place in the list. Each is its place, shuffled by a step that shares no
/// factor with the range: so no two people share one, and no number tells another.</summary>
internal sealed class Numbers(long seed, int index)
{
    private const string Letters = "ABCDEFGHJKLMNPRSTUVWXY";
    private const long Eleven = 100_000_000_000, FirstSynthetic = 20_000_000_000;

    public PersonId Residence { get; } = PersonId.Parse("R-" + Digits(index + 1, 10));

    public PersonId Number { get; } =
        PersonId.Parse("N-" + Digits(1_000_000_000 + Shuffled(1, seed, index, 1_000_000_000, 618_033_989), 10));

    /// <summary>Numbers below 200 thousand million are left to hand-made people.</summary>
    public MyNumber MyNumber { get; } = MyNumber.FromEleven(
        Digits(FirstSynthetic + Shuffled(2, seed, index, Eleven - FirstSynthetic, 49_442_719_099), 11));

    /// <summary>No Z among the letters: cards of hand-made people begin with one.</summary>
    public ResidenceCardNumber Card { get; } = DrawCard(seed, index);

    public CardSerial Serial { get; } =
        CardSerial.Parse("N" + Digits(Shuffled(4, seed, index, 10_000_000_000, 3_819_660_113), 10));

    private static ResidenceCardNumber DrawCard(long seed, int index)
    {
        var draw = new Draw(seed ^ 3, index);
        var digits = Digits(Shuffled(3, seed, index, 100_000_000, 61_803_399), 8);
        return ResidenceCardNumber.Parse(
            $"{Letter(ref draw)}{Letter(ref draw)}{digits}{Letter(ref draw)}{Letter(ref draw)}");
    }

    private static char Letter(ref Draw draw) => Letters[draw.Below(Letters.Length)];

    private static long Shuffled(int purpose, long seed, int index, long range, long step)
    {
        var start = (long)(new Draw(seed, -purpose).Next() % (ulong)range);
        return (long)((((Int128)index * step) + start) % range);
    }

    private static string Digits(long number, int length) =>
        number.ToString(CultureInfo.InvariantCulture).PadLeft(length, '0');
}
