namespace Musubi.Chip.CvCertificates;

/// <summary>Dates in certificates: six bytes YYMMDD, one decimal digit each, years 2000 to 2099 (TR-03110-3
/// §D.2).</summary>
internal static class CvDate
{
    private const int Century = 2000;

    public static bool TryRead(ReadOnlySpan<byte> digits, out DateOnly date)
    {
        date = default;
        try
        {
            date = Read(digits);
            return true;
        }
        catch (CvCertificateException)
        {
            return false;
        }
    }

    public static DateOnly Read(ReadOnlySpan<byte> digits)
    {
        if (digits.Length != 6 || digits.IndexOfAnyExceptInRange((byte)0, (byte)9) >= 0)
            throw new CvCertificateException("A date has six decimal digits.");
        var (year, month, day) = (digits[0] * 10 + digits[1], digits[2] * 10 + digits[3], digits[4] * 10 + digits[5]);
        if (month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(Century + year, month))
            throw new CvCertificateException("A date names no day.");
        return new DateOnly(Century + year, month, day);
    }

    public static byte[] Write(DateOnly date)
    {
        var year = date.Year - Century;
        ArgumentOutOfRangeException.ThrowIfNegative(year, nameof(date));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(year, 99, nameof(date));
        return
        [
            (byte)(year / 10), (byte)(year % 10),
            (byte)(date.Month / 10), (byte)(date.Month % 10),
            (byte)(date.Day / 10), (byte)(date.Day % 10),
        ];
    }
}
