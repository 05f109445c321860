namespace Musubi.Chip.Applications.Text;

/// <summary>Identifiers of the text application (券面入力補助AP) of the My Number card.</summary>
public static class TextFiles
{
    /// <summary>The application's name, 10 bytes.</summary>
    public static ReadOnlyMemory<byte> Aid { get; } =
        (byte[])[0xD3, 0x92, 0x10, 0x00, 0x31, 0x00, 0x01, 0x01, 0x04, 0x08];

    /// <summary>My Number; PIN or number A.</summary>
    public const ushort MyNumber = 0x0001;

    /// <summary>The four attributes; PIN or number B.</summary>
    public const ushort Attributes = 0x0002;

    /// <summary>Hashes of both, signed; PIN or either number.</summary>
    public const ushort Integrity = 0x0003;

    /// <summary>The signer's card-verifiable certificate; free.</summary>
    public const ushort Certificate = 0x0004;

    /// <summary>Basic information; free.</summary>
    public const ushort BasicInformation = 0x0005;

    /// <summary>Public key for the delivery of a session key; PIN or either number.</summary>
    public const ushort DeliveryKey = 0x0006;

    /// <summary>The application's own key, signed by the issuer; PIN or either number.</summary>
    public const ushort SignedKey = 0x0007;

    /// <summary>The PIN, four digits, three tries.</summary>
    public const ushort Pin = 0x0011;

    /// <summary>Blocked on every card examined; kept so that a reader meets what it expects.</summary>
    public const ushort BlockedReference = 0x0012;

    /// <summary>The application's own key: signs challenges, needs no PIN.</summary>
    public const ushort PresenceKey = 0x0013;

    /// <summary>Number A (照合番号A): My Number itself.</summary>
    public const ushort NumberA = 0x0014;

    /// <summary>Number B (照合番号B): fourteen digits from what is printed.</summary>
    public const ushort NumberB = 0x0015;

    /// <summary>Tries for the PIN.</summary>
    public const int PinTries = 3;

    /// <summary>Tries for numbers A and B.</summary>
    public const int NumberTries = 10;
}

/// <summary>Tags of the text application's files.</summary>
internal static class TextTags
{
    public const uint MyNumberFile = 0xFF10;
    public const uint AttributesFile = 0xFF20;
    public const uint Offsets = 0xDF21;
    public const uint Name = 0xDF22;
    public const uint Address = 0xDF23;
    public const uint BirthDate = 0xDF24;
    public const uint Sex = 0xDF25;
    public const uint IntegrityFile = 0xFF30;
    public const uint MyNumberHash = 0xDF31;
    public const uint AttributesHash = 0xDF32;
    public const uint IntegritySignature = 0xDF33;
    public const uint BasicInformationFile = 0xFF40;
    public const uint Versions = 0xDF41;
    public const uint KeyIdentifier = 0xDF42;
    public const uint Reserved = 0xDF43;
    public const uint SignedKeyFile = 0xFF50;
    public const uint PresenceKey = 0xDF51;
    public const uint PresenceKeySignature = 0xDF52;
    public const uint DeliveryKeyFile = 0xA1;
}
