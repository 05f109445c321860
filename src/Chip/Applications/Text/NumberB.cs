using System.Globalization;

namespace Musubi.Chip.Applications.Text;

/// <summary>
/// Number B (照合番号B), fourteen digits: birth date as YYMMDD in the Japanese era year, year of the card's expiry, and
/// the four-digit security code.
/// </summary>
public static class NumberB
{
    /// <summary>Digits of number B.</summary>
    public const int Length = 14;

    private static readonly (DateOnly Begins, int FirstYear)[] Eras =
    [
        (new(2019, 5, 1), 2019),
        (new(1989, 1, 8), 1989),
        (new(1926, 12, 25), 1926),
        (new(1912, 7, 30), 1912),
        (new(1868, 1, 25), 1868),
    ];

    /// <summary>Puts number B together.</summary>
    /// <param name="birthDate">YYYYMMDD; an unknown month or day is 00 and decides the era as 01 would.</param>
    /// <param name="expiryYear">Four digits.</param>
    /// <param name="securityCode">Four digits.</param>
    /// <exception cref="ArgumentException">Not such values, or a birth before 1868.</exception>
    public static string Of(string birthDate, int expiryYear, string securityCode)
    {
        if (securityCode.Length != 4 || !securityCode.All(char.IsAsciiDigit))
            throw new ArgumentException("A security code has four digits.", nameof(securityCode));
        return string.Create(
            CultureInfo.InvariantCulture, $"{BirthDate(birthDate)}{expiryYear:0000}{securityCode}");
    }

    /// <summary>Its first six digits alone: YYMMDD in the era year. They open the age record of the face
    /// application.</summary>
    /// <param name="birthDate">YYYYMMDD; an unknown month or day is 00 and decides the era as 01 would.</param>
    /// <exception cref="ArgumentException">Not such a date, or a birth before 1868.</exception>
    public static string BirthDate(string birthDate)
    {
        if (birthDate.Length != 8 || !birthDate.All(char.IsAsciiDigit))
            throw new ArgumentException("A birth date is YYYYMMDD.", nameof(birthDate));
        var (year, month, day) = (Number(birthDate[..4]), Number(birthDate[4..6]), Number(birthDate[6..]));
        var born = new DateOnly(year, Math.Max(1, month), Math.Max(1, day));
        var era = Array.Find(Eras, candidate => born >= candidate.Begins);
        if (era == default) throw new ArgumentException("A birth before 1868 has no era here.", nameof(birthDate));
        return string.Create(CultureInfo.InvariantCulture, $"{year - era.FirstYear + 1:00}{month:00}{day:00}");
    }

    private static int Number(string digits) => int.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture);
}
