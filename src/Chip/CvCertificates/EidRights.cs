namespace Musubi.Chip.CvCertificates;

/// <summary>The rights of an authentication terminal on the eID application (TR-03110-4 §2.2.3.2), bit by
/// bit.</summary>
[Flags]
public enum EidRights : ulong
{
    /// <summary>No right.</summary>
    None = 0,

    /// <summary>Compare the holder's age with a date.</summary>
    AgeVerification = 1UL << 0,

    /// <summary>Compare the holder's municipality with a code.</summary>
    CommunityVerification = 1UL << 1,

    /// <summary>See the card's pseudonym for its sector.</summary>
    RestrictedIdentification = 1UL << 2,

    /// <summary>Read what only privileged terminals read.</summary>
    PrivilegedTerminal = 1UL << 3,

    /// <summary>Read with the CAN in place of the holder's PIN.</summary>
    CanAllowed = 1UL << 4,

    /// <summary>Set, unblock and switch the PIN.</summary>
    PinManagement = 1UL << 5,

    /// <summary>Put an unqualified certificate on the card.</summary>
    InstallCertificate = 1UL << 6,

    /// <summary>Put a qualified certificate on the card.</summary>
    InstallQualifiedCertificate = 1UL << 7,

    /// <summary>Read DG1.</summary>
    ReadDg1 = 1UL << 8,

    /// <summary>Read DG2.</summary>
    ReadDg2 = 1UL << 9,

    /// <summary>Read DG3.</summary>
    ReadDg3 = 1UL << 10,

    /// <summary>Read DG4.</summary>
    ReadDg4 = 1UL << 11,

    /// <summary>Read DG5.</summary>
    ReadDg5 = 1UL << 12,

    /// <summary>Read DG6.</summary>
    ReadDg6 = 1UL << 13,

    /// <summary>Read DG7.</summary>
    ReadDg7 = 1UL << 14,

    /// <summary>Read DG8.</summary>
    ReadDg8 = 1UL << 15,

    /// <summary>Read DG9.</summary>
    ReadDg9 = 1UL << 16,

    /// <summary>Read DG10.</summary>
    ReadDg10 = 1UL << 17,

    /// <summary>Read DG11.</summary>
    ReadDg11 = 1UL << 18,

    /// <summary>Read DG12.</summary>
    ReadDg12 = 1UL << 19,

    /// <summary>Read DG13.</summary>
    ReadDg13 = 1UL << 20,

    /// <summary>Read DG14.</summary>
    ReadDg14 = 1UL << 21,

    /// <summary>Read DG15.</summary>
    ReadDg15 = 1UL << 22,

    /// <summary>Read DG16.</summary>
    ReadDg16 = 1UL << 23,

    /// <summary>Read DG17.</summary>
    ReadDg17 = 1UL << 24,

    /// <summary>Read DG18.</summary>
    ReadDg18 = 1UL << 25,

    /// <summary>Read DG19.</summary>
    ReadDg19 = 1UL << 26,

    /// <summary>Read DG20.</summary>
    ReadDg20 = 1UL << 27,

    /// <summary>Read DG21.</summary>
    ReadDg21 = 1UL << 28,

    /// <summary>Write DG21.</summary>
    WriteDg21 = 1UL << 33,

    /// <summary>Write DG20.</summary>
    WriteDg20 = 1UL << 34,

    /// <summary>Write DG19.</summary>
    WriteDg19 = 1UL << 35,

    /// <summary>Write DG18.</summary>
    WriteDg18 = 1UL << 36,

    /// <summary>Write DG17.</summary>
    WriteDg17 = 1UL << 37,

    /// <summary>Every right that has a name: a root's template.</summary>
    All = (0x1FUL << 33) | ((1UL << 29) - 1),
}

/// <summary>Rights by data group number.</summary>
public static class EidRightsByGroup
{
    /// <summary>The right to read a group, 1 to 21.</summary>
    public static EidRights Read(int group) => group is >= 1 and <= 21
        ? (EidRights)(1UL << (7 + group))
        : throw new ArgumentOutOfRangeException(nameof(group), group, "Data groups are numbered 1 to 21.");

    /// <summary>The right to write a group; none for groups that nobody can write.</summary>
    public static EidRights Write(int group) => group is >= 17 and <= 21
        ? (EidRights)(1UL << (54 - group))
        : EidRights.None;

    /// <summary>The rights to write, all of them.</summary>
    public const EidRights WriteAll = EidRights.WriteDg17 | EidRights.WriteDg18 | EidRights.WriteDg19
        | EidRights.WriteDg20 | EidRights.WriteDg21;
}
