using System.Globalization;
using System.Text;
using Musubi.Chip.Tlv;

namespace Musubi.Chip.Applications.Eid;

/// <summary>What a terminal commits to before it may compare (TR-03110-3 §A.7.5): it goes into terminal
/// authentication, is signed there, and cannot be changed afterwards.</summary>
/// <remarks>So a terminal has one value a session, and cannot find a birth date by asking again and again.</remarks>
public sealed record AuxiliaryData
{
    /// <summary>No code of a municipality is longer.</summary>
    public const int MaximumMunicipalityLength = 16;

    private const uint Authentication = 0x67;
    private const uint Template = 0x73;
    private const uint Oid = 0x06;
    private const uint Discretionary = 0x53;
    private const string DateForm = "yyyyMMdd";

    /// <summary>Is the holder born on this day or before?</summary>
    public DateOnly? BornNotAfter { get; init; }

    /// <summary>Is the card valid on this day?</summary>
    public DateOnly? ValidOn { get; init; }

    /// <summary>Does the holder's municipality begin with this code?</summary>
    /// <exception cref="ArgumentException">No characters, or more than 16.</exception>
    public string? Municipality
    {
        get;
        init => field = value is null or { Length: > 0 and <= MaximumMunicipalityLength }
            ? value
            : throw new ArgumentException("A municipality code has 1 to 16 characters.", nameof(value));
    }

    /// <summary>Tag 67 as it is signed and sent.</summary>
    public byte[] ToBytes() => TlvWriter.Encode(Authentication, w =>
    {
        if (BornNotAfter is { } born) Write(w, AuxiliaryQuestion.Age, Day(born));
        if (ValidOn is { } today) Write(w, AuxiliaryQuestion.Validity, Day(today));
        if (Municipality is { } code) Write(w, AuxiliaryQuestion.Municipality, Encoding.UTF8.GetBytes(code));
    });

    /// <summary>The data for a question in tag 67; null when it is not there. Of several the last counts.</summary>
    internal static ReadOnlyMemory<byte>? Find(ReadOnlyMemory<byte> authentication, ReadOnlySpan<byte> oid)
    {
        ReadOnlyMemory<byte>? found = null;
        if (!BerTlv.TryRead(authentication, out var outer) || !outer.Value.TryChildren(out var templates)) return null;
        foreach (var template in templates)
        {
            if (template.Tag == Template && template.TryChildren(out var level)
                && level.FindValue(Oid) is { } name && name.Span.SequenceEqual(oid))
                found = level.FindValue(Discretionary) ?? found;
        }

        return found;
    }

    private static void Write(TlvWriter writer, AuxiliaryQuestion question, byte[] data) =>
        writer.Write(Template, w => w.Write(Oid, question.Oid()).Write(Discretionary, data));

    private static byte[] Day(DateOnly day) =>
        Encoding.ASCII.GetBytes(day.ToString(DateForm, CultureInfo.InvariantCulture));
}

/// <summary>What can be compared without being read.</summary>
public enum AuxiliaryQuestion
{
    /// <summary>The birth date is not after a day; needs the right "age verification".</summary>
    Age,

    /// <summary>The card's last day is not before a day; needs no right.</summary>
    Validity,

    /// <summary>The municipality begins with a code; needs the right "community verification".</summary>
    Municipality,
}

internal static class AuxiliaryQuestions
{
    /// <summary>id-AuxiliaryData; 01 date of birth, 02 date of expiry, 03 municipality follow.</summary>
    private static ReadOnlySpan<byte> Root => [0x04, 0, 0x7F, 0, 7, 3, 1, 4];

    public static byte[] Oid(this AuxiliaryQuestion question) => question switch
    {
        AuxiliaryQuestion.Age => [.. Root, 1],
        AuxiliaryQuestion.Validity => [.. Root, 2],
        AuxiliaryQuestion.Municipality => [.. Root, 3],
    };

    public static AuxiliaryQuestion? Of(ReadOnlySpan<byte> oid)
    {
        foreach (var question in Enum.GetValues<AuxiliaryQuestion>())
        {
            if (oid.SequenceEqual(question.Oid())) return question;
        }

        return null;
    }
}
