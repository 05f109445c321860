using System.Collections.Immutable;

namespace Musubi.Chip.Applications.Residence;

/// <summary>
/// Where everything stands on a second-generation residence card (card types 05 and 06) and in the residence
/// application of a specified card (07 and 08), which has the same folders, files and tags.
/// Source: second-generation specification for public use, version 1.1, sections 3.3.1 to 3.3.4.
/// </summary>
/// <remarks>Short identifiers and sizes are stated for 05 and 06; that 07 and 08 have the same is our
/// reading.</remarks>
public static class ResidenceFiles
{
    /// <summary>Length of a card number: two letters, eight digits, two letters, as ASCII.</summary>
    public const int CardNumberLength = 12;

    /// <summary>Every file of a card of this type, with its exact size in bytes.</summary>
    public static ImmutableArray<ResidenceFile> Of(ResidenceCardType type) =>
        type.HasStay() ? ResidenceCard : SpecialPermanentResident;

    /// <summary>The residence application (在留AP) of a specified card, selected before its folders. 16 bytes.</summary>
    public static ReadOnlyMemory<byte> Application { get; } = Aid(0x01);

    /// <summary>DF1, the printed entries and images. 16 bytes.</summary>
    public static ReadOnlyMemory<byte> Df1 { get; } = Aid(0x02);

    /// <summary>DF2, what changes during the card's life. 16 bytes.</summary>
    public static ReadOnlyMemory<byte> Df2 { get; } = Aid(0x03);

    /// <summary>DF3, the signature. 16 bytes.</summary>
    public static ReadOnlyMemory<byte> Df3 { get; } = Aid(0x04);

    /// <summary>The name of a folder; empty for the master file, which has none.</summary>
    public static ReadOnlyMemory<byte> AidOf(ResidenceFolder folder) => folder switch
    {
        ResidenceFolder.MasterFile => ReadOnlyMemory<byte>.Empty,
        ResidenceFolder.Df1 => Df1,
        ResidenceFolder.Df2 => Df2,
        ResidenceFolder.Df3 => Df3,
    };

    private static readonly ImmutableArray<ResidenceFile> Common =
    [
        new(ResidenceFolder.MasterFile, 0x0001, 0x0B, 6, ResidenceAccess.Free),
        new(ResidenceFolder.MasterFile, 0x0002, 0x0A, 4, ResidenceAccess.Free),
        new(ResidenceFolder.Df1, 0x0001, 0x01, 14, ResidenceAccess.NumberAndSecureMessaging),
        new(ResidenceFolder.Df1, 0x0003, 0x04, 5508, ResidenceAccess.NumberAndSecureMessaging),
        new(ResidenceFolder.Df1, 0x0004, 0x06, 2505, ResidenceAccess.NumberAndSecureMessaging),
        new(ResidenceFolder.Df3, 0x0001, 0x02, 704, ResidenceAccess.Number),
    ];

    private static readonly ImmutableArray<ResidenceFile> ResidenceCard =
    [
        .. Common,
        new(ResidenceFolder.Df1, 0x0002, 0x03, 73, ResidenceAccess.NumberAndSecureMessaging),
        new(ResidenceFolder.Df2, 0x0001, 0x01, 22, ResidenceAccess.Number),
        new(ResidenceFolder.Df2, 0x0002, 0x02, 3, ResidenceAccess.Number),
        new(ResidenceFolder.Df2, 0x0003, 0x03, 207, ResidenceAccess.Number),
    ];

    // The public table gives type 06 one file in DF2, EF01; its short identifier is not stated and we take 1.
    private static readonly ImmutableArray<ResidenceFile> SpecialPermanentResident =
    [
        .. Common,
        new(ResidenceFolder.Df1, 0x0002, 0x03, 46, ResidenceAccess.NumberAndSecureMessaging),
        new(ResidenceFolder.Df2, 0x0001, 0x01, 207, ResidenceAccess.Number),
    ];

    private static byte[] Aid(byte number) =>
        [0xD3, 0x92, 0xF0, 0x00, 0x4F, number, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
}

/// <summary>One elementary file: identifier, short identifier (P1 of READ BINARY is 80 + it), size, access.</summary>
public sealed record ResidenceFile(
    ResidenceFolder Folder, ushort Id, byte ShortId, int Size, ResidenceAccess Access)
{
    /// <summary>The key under which the card's memory keeps this file, such as "Df1/0002".</summary>
    public string Path => $"{Folder}/{Id:X4}";
}

/// <summary>The folders of the card.</summary>
public enum ResidenceFolder
{
    MasterFile,
    Df1,
    Df2,
    Df3,
}

/// <summary>What a reader must have done before a file opens.</summary>
public enum ResidenceAccess
{
    /// <summary>Nothing.</summary>
    Free,

    /// <summary>The card number was proved (VERIFY); plain reading.</summary>
    Number,

    /// <summary>The card number was proved, and reading goes through secure messaging only.</summary>
    NumberAndSecureMessaging,
}

/// <summary>The card types of this family (file MF/EF02, tag C1).</summary>
public enum ResidenceCardType
{
    /// <summary>"05", second-generation residence card.</summary>
    ResidenceCard,

    /// <summary>"06", second-generation special permanent resident certificate.</summary>
    SpecialPermanentResident,

    /// <summary>"07", specified residence card: one chip with the My Number functions.</summary>
    SpecifiedResidenceCard,

    /// <summary>"08", specified special permanent resident certificate.</summary>
    SpecifiedSpecialPermanentResident,
}

/// <summary>What the four types have in common and what not.</summary>
public static class ResidenceCardTypes
{
    /// <summary>The holder has a period of stay and permissions: 05 and 07.</summary>
    public static bool HasStay(this ResidenceCardType type) => type switch
    {
        ResidenceCardType.ResidenceCard or ResidenceCardType.SpecifiedResidenceCard => true,
        ResidenceCardType.SpecialPermanentResident or ResidenceCardType.SpecifiedSpecialPermanentResident => false,
    };

    /// <summary>The residence application lies on a My Number card: 07 and 08.</summary>
    public static bool IsSpecified(this ResidenceCardType type) => type switch
    {
        ResidenceCardType.SpecifiedResidenceCard or ResidenceCardType.SpecifiedSpecialPermanentResident => true,
        ResidenceCardType.ResidenceCard or ResidenceCardType.SpecialPermanentResident => false,
    };

    /// <summary>The two characters of MF/EF02.</summary>
    public static string Code(this ResidenceCardType type) => type switch
    {
        ResidenceCardType.ResidenceCard => "05",
        ResidenceCardType.SpecialPermanentResident => "06",
        ResidenceCardType.SpecifiedResidenceCard => "07",
        ResidenceCardType.SpecifiedSpecialPermanentResident => "08",
    };

    /// <summary>The type of two characters; null for others, such as the first generation's.</summary>
    public static ResidenceCardType? Parse(string code)
    {
        foreach (var type in Enum.GetValues<ResidenceCardType>())
        {
            if (string.Equals(type.Code(), code, StringComparison.Ordinal)) return type;
        }
        return null;
    }
}

/// <summary>Tags of the card's data objects, section 3.3.4 of the specification.</summary>
public static class ResidenceTags
{
    public const uint SpecificationVersion = 0xC0;
    public const uint CardType = 0xC1;
    public const uint CardNumber = 0xC2;
    public const uint CardExpiry = 0xC5;
    public const uint BirthDate = 0xC6;
    public const uint Sex = 0xC7;
    public const uint Nationality = 0xC8;
    public const uint Status = 0xC9;
    public const uint PermissionType = 0xCA;
    public const uint PermissionDate = 0xCB;
    public const uint Work = 0xCC;
    public const uint StayUntil = 0xCD;
    public const uint Period = 0xCE;
    public const uint NameImage = 0xD0;
    public const uint Face = 0xD1;
    public const uint ComprehensivePermission = 0xD5;
    public const uint ComprehensivePermissionUntil = 0xD6;
    public const uint IndividualPermission = 0xD7;
    public const uint ApplicationPending = 0xD8;
    public const uint CommissionerNote = 0xD9;
    public const uint Signature = 0xDC;
    public const uint Certificate = 0xDD;
    public const uint Note = 0xDE;
    public const uint AddressImage = 0xDFD1;
}
