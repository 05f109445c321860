using System.Security.Cryptography;
using Musubi.Chip.Apdu;
using Musubi.Chip.Tlv;

namespace Musubi.Chip.Applications.Residence;

/// <summary>One reader's conversation with one card: the commands of the specification in their order.</summary>
/// <param name="card">The card.</param>
/// <param name="totalSteps">Steps of a whole reading, for the progress.</param>
/// <param name="progress">Told after each step.</param>
/// <param name="cancel">Gives up between commands.</param>
internal abstract class ResidenceConversation(
    ICardChannel card, int totalSteps, IProgress<ReadingProgress>? progress, CancellationToken cancel) : IDisposable
{
    protected const byte PlainClass = 0x00;
    protected const byte CardNumberReference = 0x86;
    protected const byte ShortIdFlag = 0x80;
    private const byte CardTypeFile = ShortIdFlag | 0x0A;
    private ResidenceFolder folder;
    private int done;

    /// <summary>Zeroes the session's key.</summary>
    public abstract void Dispose();

    /// <summary>What the card says it is; null when it is no residence card that we know.</summary>
    public async ValueTask<ResidenceCardType?> ReadCardType()
    {
        if (!await SelectStart()) return null;
        var answer = await Transmit(card, new(PlainClass, ResidenceInstructions.ReadBinary, CardTypeFile, 0, Ne: 256));
        if (!answer.IsSuccess || ResidenceParsing.CardTypeIn(answer.Data) is not { } type) return null;
        Count();
        return type;
    }

    /// <summary>Agrees on a key and proves the number. Null when the card is open.</summary>
    public abstract ValueTask<ResidenceReadFailure?> Open(string cardNumber);

    /// <summary>The whole file, or null when the card does not give it or not protected as agreed.</summary>
    public async ValueTask<byte[]?> ReadFile(ResidenceFile file)
    {
        if (file.Folder != folder && !await SelectFolder(file.Folder)) return null;
        return await ReadCurrent(file);
    }

    /// <summary>Selects where the free files are; false when the card has no such place.</summary>
    protected abstract ValueTask<bool> SelectStart();

    /// <summary>Reads a file of the folder that is selected.</summary>
    protected abstract ValueTask<byte[]?> ReadCurrent(ResidenceFile file);

    /// <summary>A step of the reading.</summary>
    protected async ValueTask<ResponseApdu> Send(ICardChannel through, CommandApdu command)
    {
        var answer = await Transmit(through, command);
        Count();
        return answer;
    }

    /// <summary>A command on the way to a step.</summary>
    protected ValueTask<ResponseApdu> Transmit(ICardChannel through, CommandApdu command)
    {
        cancel.ThrowIfCancellationRequested();
        return through.Transmit(command, cancel);
    }

    private void Count()
    {
        done++;
        progress?.Report(new(done, totalSteps));
    }

    private async ValueTask<bool> SelectFolder(ResidenceFolder wanted)
    {
        if (wanted == ResidenceFolder.MasterFile) return false;
        var answer = await Transmit(
            card, new(PlainClass, ResidenceInstructions.Select, 0x04, 0x0C, ResidenceFiles.AidOf(wanted)));
        if (answer.IsSuccess) folder = wanted;
        return answer.IsSuccess;
    }
}

/// <summary>Cards 05 and 06: mutual authentication, class 08. Source: second-generation specification 1.1,
/// Appendices 1 and 2.</summary>
internal sealed class SecondGenerationConversation(
    ICardChannel card, IProgress<ReadingProgress>? progress, CancellationToken cancel)
    : ResidenceConversation(card, TotalSteps, progress, cancel)
{
    // Card type, challenge, mutual authentication, verification, then the files; type 06 has two fewer.
    private const int TotalSteps = 14;
    private const byte SecureMessagingClass = 0x08;
    private const uint CryptogramTag = 0x86;
    private readonly ICardChannel card = card;
    private byte[] sessionKey = [];

    public override void Dispose() => CryptographicOperations.ZeroMemory(sessionKey);

    protected override async ValueTask<bool> SelectStart()
    {
        // A card that somebody read before has another folder current; one that refuses this SELECT is at its start.
        await Transmit(card, new(PlainClass, ResidenceInstructions.Select, 0x00, 0x00, (byte[])[0x3F, 0x00]));
        return true;
    }

    /// <summary>Appendix 1: challenge, mutual authentication, VERIFY.</summary>
    public override async ValueTask<ResidenceReadFailure?> Open(string cardNumber)
    {
        var number = ResidenceSession.NumberBytes(cardNumber);
        var baseKey = ResidenceSession.BaseKey(number);
        var readerNonce = RandomNumberGenerator.GetBytes(ResidenceSession.NonceLength);
        var readerHalf = RandomNumberGenerator.GetBytes(ResidenceSession.KeyLength);

        var challenge = await Send(
            card, new(PlainClass, ResidenceInstructions.GetChallenge, 0, 0, Ne: ResidenceSession.NonceLength));
        if (!challenge.IsSuccess || challenge.Data.Length != ResidenceSession.NonceLength)
            return ResidenceReadFailure.Refused;
        var cardNonce = challenge.Data.ToArray();

        var token = ResidenceSession.Token(baseKey, readerNonce, cardNonce, readerHalf);
        var answer = await Send(
            card, new(PlainClass, ResidenceInstructions.MutualAuthenticate, 0, 0, token, CommandApdu.ShortNe));
        if (answer.Status == StatusWord.AuthenticationFailed) return ResidenceReadFailure.WrongNumber;
        if (!answer.IsSuccess) return ResidenceReadFailure.Refused;
        var agreed = ResidenceSession.AgreeAsReader(baseKey, answer.Data.Span, readerNonce, cardNonce, readerHalf);
        if (agreed is null) return ResidenceReadFailure.CardProofWrong;
        sessionKey = agreed;

        byte[] content = [0x01, .. ResidenceSession.Encrypt(sessionKey, number)];
        var verified = await Send(card, new(
            SecureMessagingClass,
            ResidenceInstructions.Verify,
            0,
            CardNumberReference,
            TlvWriter.Encode(CryptogramTag, content)));
        if (verified.Status == StatusWord.AuthenticationFailed) return ResidenceReadFailure.WrongNumber;
        return verified.IsSuccess ? null : ResidenceReadFailure.Refused;
    }

    protected override async ValueTask<byte[]?> ReadCurrent(ResidenceFile file)
    {
        var protect = file.Access == ResidenceAccess.NumberAndSecureMessaging;
        // Offset 0 and length 0000 mean the whole file (section 4.2.5).
        var answer = await Send(card, protect
            ? new(SecureMessagingClass, ResidenceInstructions.ReadBinary, (byte)(ShortIdFlag | file.ShortId), 0,
                (byte[])[0x96, 0x02, 0x00, 0x00], CommandApdu.ExtendedNe)
            : new(PlainClass, ResidenceInstructions.ReadBinary, (byte)(ShortIdFlag | file.ShortId), 0,
                Ne: CommandApdu.ExtendedNe));
        if (!answer.IsSuccess) return null;
        return protect ? Decrypted(answer.Data) : answer.Data.ToArray();
    }

    private byte[]? Decrypted(ReadOnlyMemory<byte> answer)
    {
        if (!BerTlv.TryRead(answer, out var only) || only.Value.Tag != CryptogramTag) return null;
        var content = only.Value.Value.Span;
        return content.IsEmpty || content[0] != 0x01 ? null : ResidenceSession.TryDecrypt(sessionKey, content[1..]);
    }
}
