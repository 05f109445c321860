using System.Security.Cryptography;
using Musubi.Chip.CvCertificates;
using Musubi.Chip.Pace;
using Musubi.Chip.RestrictedIdentification;

namespace Musubi.Chip.VirtualCards;

/// <summary>What PACE, terminal and chip authentication proved in one session of a card.</summary>
/// <remarks>A fresh one proves nothing. The rights count only once the chip is authenticated too.</remarks>
internal sealed class EacSession
{
    private AuthenticatedTerminal? terminal;

    /// <summary>The password of PACE; null before it.</summary>
    public PacePasswordKind? Password { get; init; }

    /// <summary>The rights named in PACE, or null.</summary>
    public Chat? Chat { get; init; }

    /// <summary>ID_PICC.</summary>
    public ReadOnlyMemory<byte> ChipName { get; init; }

    /// <summary>The terminal's name; null before terminal authentication.</summary>
    public CvReference? Terminal => terminal?.Name;

    /// <summary>The first day of the terminal's certificate.</summary>
    public DateOnly TerminalFrom => terminal?.EffectiveFrom ?? default;

    /// <summary>x coordinate of the terminal's key for chip authentication.</summary>
    public ReadOnlyMemory<byte> CompressedKey => terminal?.CompressedKey ?? default;

    /// <summary>Tag 67 as the terminal signed it.</summary>
    public ReadOnlyMemory<byte> AuxiliaryData => terminal?.AuxiliaryData ?? default;

    /// <summary>The sectors in the terminal's certificate, or null.</summary>
    public TerminalSector? Sector => terminal?.Sector;

    /// <summary>The hash function of the signature on the terminal's certificate.</summary>
    public HashAlgorithmName CertificateHash => terminal?.CertificateHash ?? default;

    /// <summary>True after terminal authentication.</summary>
    public bool IsTerminalAuthenticated => terminal is not null;

    /// <summary>True for a terminal that may see keys of this one chip, before chip authentication too.</summary>
    public bool IsTerminalPrivileged => terminal?.Rights.HasFlag(EidRights.PrivilegedTerminal) ?? false;

    /// <summary>True after chip authentication: from then on the rights are in force.</summary>
    public bool IsChipAuthenticated { get; private set; }

    /// <summary>The rights in force.</summary>
    public EidRights Rights => IsChipAuthenticated && terminal is not null ? terminal.Rights : EidRights.None;

    /// <summary>True while nobody but the holder speaks: PACE with the PIN and no terminal's certificate.</summary>
    public bool IsHolderAlone => Password == PacePasswordKind.Pin && !IsTerminalAuthenticated;

    /// <summary>True once this session has its row among the card's readings.</summary>
    public bool IsCounted { get; set; }

    public void AuthenticateTerminal(AuthenticatedTerminal proved) => terminal = proved;

    public void AuthenticateChip() => IsChipAuthenticated = true;
}

/// <summary>Whom terminal authentication proved.</summary>
/// <param name="Name">The certificate's holder reference.</param>
/// <param name="EffectiveFrom">The certificate's first day.</param>
/// <param name="Rights">What chain and PACE leave.</param>
/// <param name="CompressedKey">x coordinate of its key for chip authentication.</param>
internal sealed record AuthenticatedTerminal(
    CvReference Name, DateOnly EffectiveFrom, EidRights Rights, ReadOnlyMemory<byte> CompressedKey)
{
    /// <summary>Tag 67 as the terminal signed it, or empty.</summary>
    public ReadOnlyMemory<byte> AuxiliaryData { get; init; }

    /// <summary>The sectors in its certificate, or null.</summary>
    public TerminalSector? Sector { get; init; }

    /// <summary>The hash function of the signature on its certificate.</summary>
    public HashAlgorithmName CertificateHash { get; init; }
}
