using System.Globalization;
using System.Text;
using Musubi.Chip.Apdu;
using Musubi.Chip.CvCertificates;
using Musubi.Chip.Tlv;
using Musubi.Chip.VirtualCards;

namespace Musubi.Chip.Applications.Eid;

/// <summary>Auxiliary data verification on the card (TR-03110-3 §A.7.5, §B.6): compares groups with what the terminal
/// signed.</summary>
internal sealed class AuxiliaryVerificationChip(EidState state, CardSession session, ReadingLedger readings)
{
    private const int ExpiryGroup = 3;
    private const int BirthGroup = 8;
    private const int MunicipalityGroup = 18;
    private const int DateLength = 8;

    /// <summary>VERIFY 8C 20 80 00 and COMPARE 0C 33 00 00.</summary>
    /// <param name="data">06 with the question's identifier.</param>
    /// <param name="no">The status that means no: the two commands differ in it.</param>
    public ResponseApdu Answer(ReadOnlyMemory<byte> data, StatusWord no)
    {
        if (!session.IsSecure || !session.Eac.IsChipAuthenticated) return new(StatusWord.SecurityStatusNotSatisfied);
        if (!BerTlv.TryRead(data, out var oid) || oid.Value.Tag != 0x06) return new(StatusWord.WrongData);
        if (AuxiliaryQuestions.Of(oid.Value.Value.Span) is not { } question)
            return new(StatusWord.ReferencedDataNotFound);
        var right = Right(question);
        if (!session.Eac.Rights.HasFlag(right)) return new(StatusWord.SecurityStatusNotSatisfied);
        if (AuxiliaryData.Find(session.Eac.AuxiliaryData, oid.Value.Value.Span) is not { } wanted)
            return new(StatusWord.ReferencedDataNotFound);
        if (Compare(question, wanted.Span) is not { } isTrue) return new(StatusWord.ReferencedDataNotFound);
        // Yes and no both tell something: either is counted before it leaves.
        readings.Note(Use(question));
        return new(isTrue ? StatusWord.Success : no);
    }

    private static EidRights Right(AuxiliaryQuestion question) => question switch
    {
        AuxiliaryQuestion.Age => EidRights.AgeVerification,
        AuxiliaryQuestion.Validity => EidRights.None,
        AuxiliaryQuestion.Municipality => EidRights.CommunityVerification,
    };

    private static CardUses Use(AuxiliaryQuestion question) => question switch
    {
        AuxiliaryQuestion.Age => CardUses.Age,
        AuxiliaryQuestion.Validity => CardUses.Validity,
        AuxiliaryQuestion.Municipality => CardUses.Municipality,
    };

    /// <summary>Yes, no, or null when either side is not there or not of the right form.</summary>
    private bool? Compare(AuxiliaryQuestion question, ReadOnlySpan<byte> wanted)
    {
        if (question == AuxiliaryQuestion.Municipality)
        {
            var code = Stored(MunicipalityGroup).Span;
            return code.IsEmpty || wanted.IsEmpty ? null : code.StartsWith(wanted);
        }

        var isAge = question == AuxiliaryQuestion.Age;
        if (LastDay(Stored(isAge ? BirthGroup : ExpiryGroup)) is not { } stored || Day(wanted) is not { } day)
            return null;
        return isAge ? stored <= day : stored >= day;
    }

    /// <summary>The value of the group's first object: text, numeric string or octets; empty when there is
    /// none.</summary>
    private ReadOnlyMemory<byte> Stored(int group) =>
        state.Groups.TryGetValue(group, out var wrapped) && EidGroup.TryUnwrap(group, wrapped, out var content)
        && BerTlv.TryReadAll(content, out var level) && !level.IsEmpty
            ? level[0].Value
            : default;

    private static DateOnly? Day(ReadOnlySpan<byte> digits) =>
        DateOnly.TryParseExact(
            Encoding.ASCII.GetString(digits), "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.None,
            out var day)
            ? day
            : null;

    /// <summary>The last day that a stored date may mean: an unknown month or day (00) never makes anybody
    /// older.</summary>
    private static DateOnly? LastDay(ReadOnlyMemory<byte> stored)
    {
        var text = Encoding.ASCII.GetString(stored.Span).Replace("-", "", StringComparison.Ordinal);
        if (text.Length != DateLength || !text.All(char.IsAsciiDigit)) return null;
        var (year, month, day) = (Number(text[..4]), Number(text[4..6]), Number(text[6..]));
        if (year == 0 || month > 12) return null;
        if (month == 0) return new(year, 12, 31);
        var last = DateTime.DaysInMonth(year, month);
        return day > last ? null : new(year, month, day == 0 ? last : day);
    }

    private static int Number(string digits) => int.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture);
}
