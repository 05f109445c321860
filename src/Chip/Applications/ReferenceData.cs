using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using Musubi.Chip.Apdu;
using Musubi.Chip.VirtualCards;

namespace Musubi.Chip.Applications;

/// <summary>A PIN or printed number on a card as it is stored: value, tries left, limit.</summary>
public sealed class ReferenceDataState
{
    /// <summary>The value, ASCII. Empty means that it was never set: nothing verifies.</summary>
    public string Value { get; set; } = "";

    /// <summary>Tries left, 0 is blocked.</summary>
    public int TriesLeft { get; set; }

    /// <summary>Tries after a correct value, at most 15 (what 63Cx can say).</summary>
    public int Limit { get; set; }

    /// <summary>A fresh value with all its tries.</summary>
    public static ReferenceDataState Of(string value, int limit) =>
        new() { Value = value, TriesLeft = limit, Limit = limit };
}

/// <summary>What a new value may look like.</summary>
public enum ReferenceDataForm
{
    /// <summary>Four digits.</summary>
    FourDigits,

    /// <summary>Six to sixteen upper-case letters and digits.</summary>
    SixToSixteenUpperAlphanumeric,

    /// <summary>Printed on the card: cannot be changed.</summary>
    Printed,
}

/// <summary>
/// One key reference of the My Number card's applications: VERIFY, its counter, and CHANGE REFERENCE DATA.
/// </summary>
/// <remarks>
/// An empty VERIFY always answers 63Cx, also after success and when blocked: OpenSC aborts its bind on any other
/// answer. The attempt that uses up the last try answers 63C0, later ones 6984. A wrong value also takes back an
/// earlier success. The counter is durable before the answer leaves, so pulling the card saves no try.
/// </remarks>
internal sealed class ReferenceData(ReferenceDataState state, ReferenceDataForm form, ICardMemory memory)
{
    private const int FourDigitsLength = 4;
    private const int MinimumPasswordLength = 6;
    private const int MaximumPasswordLength = 16;

    private static readonly SearchValues<byte> PasswordCharacters =
        SearchValues.Create("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"u8);

    /// <summary>What a new value may look like.</summary>
    public ReferenceDataForm Form => form;

    /// <summary>The value was presented since the application was selected.</summary>
    public bool Verified { get; private set; }

    public void Forget() => Verified = false;

    /// <summary>VERIFY: the data is the value; none asks for the counter.</summary>
    public ResponseApdu Verify(ReadOnlyMemory<byte> presented)
    {
        if (presented.IsEmpty) return new(StatusWord.Tries(state.TriesLeft));
        if (state.TriesLeft == 0) return new(StatusWord.ReferenceDataNotUsable);

        if (Matches(presented.Span))
        {
            if (state.TriesLeft != state.Limit)
            {
                state.TriesLeft = state.Limit;
                memory.Persist();
            }
            Verified = true;
            return ResponseApdu.Success();
        }

        Verified = false;
        state.TriesLeft--;
        memory.Persist();
        return new(StatusWord.Tries(state.TriesLeft));
    }

    /// <summary>CHANGE REFERENCE DATA after a VERIFY: the data is the new value alone.</summary>
    public ResponseApdu Change(ReadOnlyMemory<byte> replacement)
    {
        if (!Verified) return new(StatusWord.SecurityStatusNotSatisfied);
        if (form == ReferenceDataForm.Printed) return new(StatusWord.ReferenceDataNotUsable);
        return Replace(replacement.Span);
    }

    /// <summary>A new value with all its tries, for a counter that has authorised the command.</summary>
    public ResponseApdu Replace(ReadOnlySpan<byte> replacement)
    {
        if (!Fits(replacement, form)) return new(StatusWord.WrongData);
        state.Value = Encoding.ASCII.GetString(replacement);
        state.TriesLeft = state.Limit;
        memory.Persist();
        return ResponseApdu.Success();
    }

    /// <summary>Whether a value has the form; printed values are checked by whoever prints them.</summary>
    public static bool Fits(ReadOnlySpan<byte> value, ReferenceDataForm form) => form switch
    {
        ReferenceDataForm.FourDigits =>
            value.Length == FourDigitsLength && !value.ContainsAnyExceptInRange((byte)'0', (byte)'9'),
        ReferenceDataForm.SixToSixteenUpperAlphanumeric =>
            value.Length is >= MinimumPasswordLength and <= MaximumPasswordLength
            && !value.ContainsAnyExcept(PasswordCharacters),
        ReferenceDataForm.Printed => true,
    };

    private bool Matches(ReadOnlySpan<byte> presented) =>
        state.Value.Length > 0
        && CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(state.Value), presented);
}
