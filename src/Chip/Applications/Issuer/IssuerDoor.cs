using System.Security.Cryptography;
using Musubi.Chip.Apdu;
using Musubi.Chip.Crypto;

namespace Musubi.Chip.Applications.Issuer;

/// <summary>
/// Card side of the counter's own commands: what an authority changes on a card that is already in someone's hand.
/// </summary>
/// <remarks>
/// How the real cards are rewritten at a counter is not public. These commands are therefore Musubi's own and say so
/// in docs/apdu: every command carries a MAC under a key of this one card over a challenge of the card, header and
/// data; every answer carries one back. A challenge serves one command, so nothing can be replayed or held back for
/// later, and whoever stands in between can only break the visit off.
/// </remarks>
internal sealed class IssuerDoor(byte[] key)
{
    private byte[]? challenge;

    public void Forget() => challenge = null;

    /// <summary>80 84: sixteen fresh bytes.</summary>
    public ResponseApdu GiveChallenge(CommandApdu command)
    {
        if (command is not { P1: 0, P2: 0, Ne: not null }) return new(StatusWord.WrongParameters);
        challenge = RandomNumberGenerator.GetBytes(IssuerMac.ChallengeLength);
        return ResponseApdu.Success(challenge);
    }

    /// <summary>Runs one authorised command and seals its answer; without the right MAC nothing runs: 6982.</summary>
    public ResponseApdu Admit(CommandApdu command, Func<CommandApdu, ResponseApdu> execute)
    {
        var once = challenge;
        challenge = null;
        if (once is null) return new(StatusWord.ConditionsNotSatisfied);
        if (command.Data.Length < IssuerMac.Length) return new(StatusWord.WrongLength);
        var payload = command.Data[..^IssuerMac.Length];
        var mac = IssuerMac.OfCommand(key, once, command, payload.Span);
        if (!CryptographicOperations.FixedTimeEquals(mac, command.Data.Span[^IssuerMac.Length..]))
            return new(StatusWord.SecurityStatusNotSatisfied);

        var answer = execute(command with { Data = payload });
        if (!answer.IsSuccess) return answer;
        return ResponseApdu.Success((byte[])[.. answer.Data.Span, .. IssuerMac.OfAnswer(key, once, answer.Data.Span)]);
    }
}

/// <summary>The MACs of the counter's commands: AES-CMAC, 16 bytes, over role ‖ challenge ‖ content.</summary>
internal static class IssuerMac
{
    public const int Length = 16;
    public const int ChallengeLength = 16;
    private const byte CommandRole = 0x01;
    private const byte AnswerRole = 0x02;

    public static byte[] OfCommand(byte[] key, byte[] challenge, CommandApdu command, ReadOnlySpan<byte> payload) =>
        Of(key, [CommandRole, .. challenge, command.Cla, command.Ins, command.P1, command.P2, .. payload]);

    public static byte[] OfAnswer(byte[] key, byte[] challenge, ReadOnlySpan<byte> data) =>
        Of(key, [AnswerRole, .. challenge, .. data]);

    private static byte[] Of(byte[] key, byte[] content)
    {
        using var cmac = new AesCmac(key);
        var mac = new byte[Length];
        cmac.Compute(content, mac);
        return mac;
    }
}

/// <summary>Instructions of the counter's own commands, class 80.</summary>
public static class IssuerInstructions
{
    /// <summary>A challenge for the next authorised command.</summary>
    public const byte GetChallenge = 0x84;

    /// <summary>Replaces files; which ones is up to the application.</summary>
    public const byte PutData = 0xDA;

    /// <summary>Makes a new key pair on the card and answers the public key.</summary>
    public const byte GenerateKeyPair = 0x46;

    /// <summary>Gives a PIN a new value and all its tries.</summary>
    public const byte ResetRetryCounter = 0x2C;
}
