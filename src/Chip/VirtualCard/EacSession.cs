using Musubi.Chip.CvCertificates;
using Musubi.Chip.Pace;

namespace Musubi.Chip.VirtualCards;

/// <summary>What PACE, terminal and chip authentication proved in one session of a card.</summary>
/// <remarks>A fresh one proves nothing. The rights count only once the chip is authenticated too.</remarks>
internal sealed class EacSession
{
    private EidRights terminalRights;
    private bool isChipAuthenticated;

    /// <summary>The password of PACE; null before it.</summary>
    public PacePasswordKind? Password { get; init; }

    /// <summary>The rights named in PACE, or null.</summary>
    public Chat? Chat { get; init; }

    /// <summary>ID_PICC.</summary>
    public ReadOnlyMemory<byte> ChipName { get; init; }

    /// <summary>The terminal's name; null before terminal authentication.</summary>
    public CvReference? Terminal { get; private set; }

    /// <summary>x coordinate of the terminal's key for chip authentication.</summary>
    public ReadOnlyMemory<byte> CompressedKey { get; private set; }

    /// <summary>Tag 67 as the terminal signed it.</summary>
    public ReadOnlyMemory<byte> AuxiliaryData { get; private set; }

    /// <summary>True after terminal authentication.</summary>
    public bool IsTerminalAuthenticated => Terminal is not null;

    /// <summary>The rights in force.</summary>
    public EidRights Rights => isChipAuthenticated ? terminalRights : EidRights.None;

    /// <summary>True while nobody but the holder speaks: PACE with the PIN and no terminal's certificate.</summary>
    public bool IsHolderAlone => Password == PacePasswordKind.Pin && !IsTerminalAuthenticated;

    public void AuthenticateTerminal(
        CvReference terminal, EidRights rights, ReadOnlyMemory<byte> compressedKey, ReadOnlyMemory<byte> auxiliaryData)
    {
        (Terminal, terminalRights) = (terminal, rights);
        (CompressedKey, AuxiliaryData) = (compressedKey, auxiliaryData);
    }

    public void AuthenticateChip() => isChipAuthenticated = true;
}
