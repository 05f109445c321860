namespace Musubi.Chip.Apdu;

/// <summary>The two status bytes of an answer (ISO/IEC 7816-4 §5.1.3, TR-03110-3 appendix B).</summary>
/// <param name="Value">SW1 in the high byte, SW2 in the low byte.</param>
public readonly record struct StatusWord(ushort Value)
{
    /// <summary>9000: done.</summary>
    public static readonly StatusWord Success = new(0x9000);

    /// <summary>6282: the end of the file came before the bytes asked for.</summary>
    public static readonly StatusWord EndOfFile = new(0x6282);

    /// <summary>6283: the file or password is switched off.</summary>
    public static readonly StatusWord Deactivated = new(0x6283);

    /// <summary>6300: authentication failed, and there is no counter.</summary>
    public static readonly StatusWord AuthenticationFailed = new(0x6300);

    /// <summary>6340: a comparison gave no.</summary>
    public static readonly StatusWord ComparisonFailed = new(0x6340);

    /// <summary>6581: the card could not write its memory.</summary>
    public static readonly StatusWord MemoryFailure = new(0x6581);

    /// <summary>66F1: no session key can be delivered here; measured on My Number cards, in no standard.</summary>
    public static readonly StatusWord NoKeyDelivery = new(0x66F1);

    /// <summary>6700: wrong length.</summary>
    public static readonly StatusWord WrongLength = new(0x6700);

    /// <summary>6882: secure messaging is not in use here.</summary>
    public static readonly StatusWord SecureMessagingNotSupported = new(0x6882);

    /// <summary>6883: the last command of a chain is missing.</summary>
    public static readonly StatusWord LastOfChainExpected = new(0x6883);

    /// <summary>6884: command chaining is not possible here.</summary>
    public static readonly StatusWord ChainingNotSupported = new(0x6884);

    /// <summary>6981: the command does not fit the file's structure.</summary>
    public static readonly StatusWord IncompatibleWithFile = new(0x6981);

    /// <summary>6982: the right is missing.</summary>
    public static readonly StatusWord SecurityStatusNotSatisfied = new(0x6982);

    /// <summary>6983: the password or key is blocked.</summary>
    public static readonly StatusWord AuthenticationBlocked = new(0x6983);

    /// <summary>6984: the referenced data cannot be used.</summary>
    public static readonly StatusWord ReferenceDataNotUsable = new(0x6984);

    /// <summary>6985: not now: an earlier step is missing.</summary>
    public static readonly StatusWord ConditionsNotSatisfied = new(0x6985);

    /// <summary>6986: no current file.</summary>
    public static readonly StatusWord NoCurrentFile = new(0x6986);

    /// <summary>6987: a data object of secure messaging is missing.</summary>
    public static readonly StatusWord SecureMessagingObjectMissing = new(0x6987);

    /// <summary>6988: a data object of secure messaging is wrong (MAC, padding, order).</summary>
    public static readonly StatusWord SecureMessagingObjectIncorrect = new(0x6988);

    /// <summary>69FC: class 08 without a session; measured on My Number cards, in no standard.</summary>
    public static readonly StatusWord NoSecureSession = new(0x69FC);

    /// <summary>6A80: the data field is wrong.</summary>
    public static readonly StatusWord WrongData = new(0x6A80);

    /// <summary>6A82: no such file or application.</summary>
    public static readonly StatusWord FileNotFound = new(0x6A82);

    /// <summary>6A84: no room.</summary>
    public static readonly StatusWord NotEnoughMemory = new(0x6A84);

    /// <summary>6A86: wrong P1 or P2.</summary>
    public static readonly StatusWord WrongParameters = new(0x6A86);

    /// <summary>6A88: the referenced key, password or certificate does not exist.</summary>
    public static readonly StatusWord ReferencedDataNotFound = new(0x6A88);

    /// <summary>6B00: the offset is outside the file.</summary>
    public static readonly StatusWord OffsetOutsideFile = new(0x6B00);

    /// <summary>6D00: unknown instruction.</summary>
    public static readonly StatusWord InstructionNotSupported = new(0x6D00);

    /// <summary>6E00: unknown class.</summary>
    public static readonly StatusWord ClassNotSupported = new(0x6E00);

    /// <summary>6F00: no precise diagnosis.</summary>
    public static readonly StatusWord NoDiagnosis = new(0x6F00);

    /// <summary>63Cx: a password was wrong or its counter is asked for, and x tries are left.</summary>
    /// <param name="left">0 to 15.</param>
    public static StatusWord Tries(int left) => left is >= 0 and <= 15
        ? new((ushort)(0x63C0 | left))
        : throw new ArgumentOutOfRangeException(nameof(left), left, "A status word can show 0 to 15 tries.");

    /// <summary>The first status byte.</summary>
    public byte Sw1 => (byte)(Value >> 8);

    /// <summary>The second status byte.</summary>
    public byte Sw2 => (byte)(Value & 0xFF);

    /// <summary>True for 9000 and nothing else.</summary>
    public bool IsSuccess => Value == 0x9000;

    /// <summary>The tries left of a 63Cx, else null.</summary>
    public int? TriesLeft => (Value & 0xFFF0) == 0x63C0 ? Value & 0xF : null;

    /// <summary>Four upper-case hexadecimal digits.</summary>
    public override string ToString() => Value.ToString("X4", System.Globalization.CultureInfo.InvariantCulture);
}
