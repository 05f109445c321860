using System.Text;
using Musubi.Chip.Apdu;
using Musubi.Chip.ChipAuthentication;
using Musubi.Chip.Pace;

namespace Musubi.Chip.Applications.Eid;

/// <summary>PIN management, the reader's side (TR-03110-2 §2.4, TR-03110-3 §B.7): by the holder in a channel of PACE,
/// or by a terminal with the right "PIN management" after chip authentication.</summary>
/// <remarks>A suspended PIN is resumed by PACE with the CAN and then, in that channel, PACE with the PIN.</remarks>
public static class PinManagement
{
    private const byte Activate = 0x44;
    private const byte Deactivate = 0x04;
    private const byte ResetRetryCounter = 0x2C;
    private const byte WithNewPin = 0x02;
    private const byte WithoutData = 0x03;
    private const byte WholePin = 0x10;
    private static readonly byte[] MasterFile = [0x3F, 0x00];

    /// <summary>The holder's new PIN, in a channel that the old one opened.</summary>
    /// <param name="channel">The channel of PACE with the PIN.</param>
    /// <param name="newPin">Six digits.</param>
    /// <param name="cancel">Gives up waiting; the card may have the new PIN all the same.</param>
    /// <exception cref="CardChannelException">The card is gone.</exception>
    public static ValueTask<PinManagementResult> Change(
        PaceChannel channel, string newPin, CancellationToken cancel = default) => Set(channel, newPin, cancel);

    /// <summary>Gives a blocked PIN its tries back, in a channel that the PUK opened.</summary>
    /// <exception cref="CardChannelException">The card is gone.</exception>
    public static ValueTask<PinManagementResult> Unblock(PaceChannel channel, CancellationToken cancel = default) =>
        Send(channel, new(0x00, ResetRetryCounter, WithoutData, (byte)PacePasswordKind.Pin), cancel);

    /// <summary>A new PIN with all tries, by a terminal: the counter, when the holder forgot the old one.</summary>
    /// <exception cref="CardChannelException">The card is gone.</exception>
    public static async ValueTask<PinManagementResult> Change(
        ChipAuthenticated terminal, string newPin, CancellationToken cancel = default)
    {
        await SelectMasterFile(terminal, cancel);
        return await Set(terminal, newPin, cancel);
    }

    /// <summary>Gives a blocked PIN its tries back, by a terminal.</summary>
    /// <exception cref="CardChannelException">The card is gone.</exception>
    public static async ValueTask<PinManagementResult> Unblock(
        ChipAuthenticated terminal, CancellationToken cancel = default)
    {
        await SelectMasterFile(terminal, cancel);
        return await Send(terminal, new(0x00, ResetRetryCounter, WithoutData, (byte)PacePasswordKind.Pin), cancel);
    }

    /// <summary>Switches the PIN on or off, by a terminal.</summary>
    /// <exception cref="CardChannelException">The card is gone.</exception>
    public static async ValueTask<PinManagementResult> Switch(
        ChipAuthenticated terminal, bool isActive, CancellationToken cancel = default)
    {
        await SelectMasterFile(terminal, cancel);
        var instruction = isActive ? Activate : Deactivate;
        return await Send(terminal, new(0x00, instruction, WholePin, (byte)PacePasswordKind.Pin), cancel);
    }

    private static async ValueTask<PinManagementResult> Set(
        ICardChannel channel, string newPin, CancellationToken cancel)
    {
        if (newPin.Length != EacState.PinLength || !newPin.All(char.IsAsciiDigit))
            return PinManagementResult.NotSixDigits;
        var digits = Encoding.ASCII.GetBytes(newPin);
        var answer = await Send(
            channel, new(0x00, ResetRetryCounter, WithNewPin, (byte)PacePasswordKind.Pin, digits), cancel);
        System.Security.Cryptography.CryptographicOperations.ZeroMemory(digits);
        return answer;
    }

    /// <summary>On real cards these commands live in the master file, and an application may be selected.</summary>
    private static async ValueTask SelectMasterFile(ChipAuthenticated terminal, CancellationToken cancel) =>
        await terminal.Transmit(new CommandApdu(0x00, 0xA4, 0x00, 0x0C, MasterFile), cancel);

    private static async ValueTask<PinManagementResult> Send(
        ICardChannel channel, CommandApdu command, CancellationToken cancel)
    {
        var status = (await channel.Transmit(command, cancel)).Status;
        if (status.IsSuccess) return PinManagementResult.Done;
        if (status == StatusWord.SecurityStatusNotSatisfied) return PinManagementResult.NotPermitted;
        if (status == StatusWord.AuthenticationBlocked) return PinManagementResult.PukUsedUp;
        return status == StatusWord.MemoryFailure ? PinManagementResult.MemoryFailure : PinManagementResult.Refused;
    }
}

/// <summary>How a step of PIN management ended.</summary>
public enum PinManagementResult
{
    /// <summary>Done, and kept by the card.</summary>
    Done,

    /// <summary>This password, or this terminal's rights, do not allow it.</summary>
    NotPermitted,

    /// <summary>A PIN has six digits; nothing was sent.</summary>
    NotSixDigits,

    /// <summary>The PUK has unblocked as often as it may; the counter can still help.</summary>
    PukUsedUp,

    /// <summary>The card could not write its memory; nothing was changed.</summary>
    MemoryFailure,

    /// <summary>The card refused for another reason.</summary>
    Refused,
}
