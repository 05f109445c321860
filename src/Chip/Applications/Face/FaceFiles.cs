namespace Musubi.Chip.Applications.Face;

/// <summary>Identifiers of the face application (券面事項確認AP) of the My Number card.</summary>
public static class FaceFiles
{
    /// <summary>The application's name, 10 bytes.</summary>
    public static ReadOnlyMemory<byte> Aid { get; } =
        (byte[])[0xD3, 0x92, 0x10, 0x00, 0x31, 0x00, 0x01, 0x01, 0x04, 0x02];

    /// <summary>Age record: the birth date and nothing else; birth date only.</summary>
    public const ushort AgeRecord = 0x0001;

    /// <summary>The card face: number B or number A.</summary>
    public const ushort CardFace = 0x0002;

    /// <summary>Basic information with the municipality; free.</summary>
    public const ushort BasicInformation = 0x0003;

    /// <summary>The signer's card-verifiable certificate; free.</summary>
    public const ushort Certificate = 0x0004;

    /// <summary>My Number as it is printed; number A only.</summary>
    public const ushort MyNumberImage = 0x0005;

    /// <summary>The birth date, YYMMDD in the era year.</summary>
    public const ushort BirthDate = 0x0011;

    /// <summary>Number B (照合番号B): fourteen digits from what is printed on the front.</summary>
    public const ushort NumberB = 0x0012;

    /// <summary>Number A (照合番号A): My Number itself, printed on the back.</summary>
    public const ushort NumberA = 0x0013;

    /// <summary>Tries for each of the three.</summary>
    public const int Tries = 10;
}

/// <summary>Tags of the face application's files.</summary>
internal static class FaceTags
{
    public const uint AgeFile = 0xFF10;
    public const uint AgeBirthDate = 0xDF11;
    public const uint AgeKey = 0xDF12;
    public const uint AgeSignature = 0xDF13;
    public const uint FaceFile = 0xFF20;
    public const uint Offsets = 0xDF21;
    public const uint BirthDate = 0xDF22;
    public const uint Sex = 0xDF23;
    public const uint Key = 0xDF24;
    public const uint NameImage = 0xDF25;
    public const uint AddressImage = 0xDF26;
    public const uint Photo = 0xDF27;
    public const uint Signature = 0xDF28;
    public const uint Expiry = 0xDF29;
    public const uint SecurityCodeImage = 0xDF2A;
    public const uint BasicInformationFile = 0xFF30;
    public const uint Versions = 0xDF31;
    public const uint KeyIdentifier = 0xDF32;
    public const uint Version = 0xDF33;
    public const uint Municipality = 0xDF34;
    public const uint Opaque = 0xDF35;
    public const uint NumberFile = 0xFF40;
    public const uint NumberImage = 0xDF41;
    public const uint NumberKey = 0xDF42;
    public const uint NumberSignature = 0xDF43;
}
