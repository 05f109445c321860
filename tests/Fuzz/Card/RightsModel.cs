using Musubi.Chip.CvCertificates;
using Musubi.Chip.Pace;

namespace Musubi.Fuzz;

/// <summary>
/// What a card may give, in a few lines: the rule of TR-03110 that all the rest of the card has to keep. A channel
/// needs PACE; rights need PACE that named them, a terminal that the country certified, and chip authentication; with
/// the CAN they need the right to read with the CAN.
/// </summary>
public sealed class RightsModel
{
    private const int FullTries = 3;
    private const int Suspended = 1;

    private EidRights? asked;
    private EidRights proved;
    private bool isChipProved;
    private bool isPinActive = true;

    /// <summary>The password of the channel that stands; null for none.</summary>
    public PacePasswordKind? Password { get; private set; }

    /// <summary>True after terminal authentication.</summary>
    public bool IsTerminalProved { get; private set; }

    /// <summary>True after chip authentication.</summary>
    public bool IsChipProved => isChipProved;

    /// <summary>Tries left of the PIN.</summary>
    public int PinTries { get; private set; } = FullTries;

    /// <summary>What may be read now.</summary>
    public EidRights Rights => isChipProved ? proved : EidRights.None;

    /// <summary>PACE with this password may succeed, given that it is right.</summary>
    public bool MayOpen(PacePasswordKind kind, EidRights? rights, bool inside) => kind switch
    {
        PacePasswordKind.Can => true,
        PacePasswordKind.Pin => isPinActive && (PinTries > Suspended
            || (PinTries == Suspended && inside && Password == PacePasswordKind.Can)),
        PacePasswordKind.Puk or PacePasswordKind.Mrz => rights is null,
    };

    public void Open(PacePasswordKind kind, EidRights? rights)
    {
        Close();
        (Password, asked) = (kind, rights);
        if (kind == PacePasswordKind.Pin) PinTries = FullTries;
    }

    /// <summary>How the PIN stands after something that the model does not follow.</summary>
    public void Learn(int pinTries, bool isActive) => (PinTries, isPinActive) = (pinTries, isActive);

    /// <summary>A terminal with this certificate and its key may be believed.</summary>
    public bool MayProve(EidRights certified) =>
        asked is { } named && !IsTerminalProved
        && (Password == PacePasswordKind.Pin
            || (Password == PacePasswordKind.Can && (named & certified).HasFlag(EidRights.CanAllowed)));

    public void ProveTerminal(EidRights certified)
    {
        IsTerminalProved = true;
        proved = asked!.Value & certified;
    }

    public void ProveChip() => isChipProved = true;

    /// <summary>The channel is over, and with it all that was proved in it.</summary>
    public void Close()
    {
        Password = null;
        asked = null;
        proved = EidRights.None;
        (IsTerminalProved, isChipProved) = (false, false);
    }

    /// <summary>Whoever may change the PIN or its counter with a command of its own.</summary>
    public bool MayManagePin =>
        Password == PacePasswordKind.Puk || (Password == PacePasswordKind.Pin && !IsTerminalProved)
        || Rights.HasFlag(EidRights.PinManagement);
}
