using System.Security.Cryptography;
using System.Text;
using Musubi.Chip.Apdu;
using Musubi.Chip.Applications.Issuer;
using Musubi.Chip.Tlv;

namespace Musubi.Chip.Applications.Residence;

/// <summary>
/// Reads a second-generation residence card (05, 06) with the number printed on it.
/// Source: second-generation specification 1.1, Appendix 2.
/// </summary>
public static class ResidenceCardReader
{
    /// <summary>Reads everything on the card and checks the authority's signature.</summary>
    /// <param name="card">The card.</param>
    /// <param name="cardNumber">The twelve characters printed on the card.</param>
    /// <param name="trust">Whose signature counts, and what day it is.</param>
    /// <param name="progress">Told after each step.</param>
    /// <param name="cancel">Gives up between commands.</param>
    /// <returns>The reading, or why there is none.</returns>
    /// <exception cref="CardChannelException">The card was pulled.</exception>
    public static async ValueTask<ResidenceReadOutcome> Read(
        ICardChannel card,
        string cardNumber,
        ResidenceTrust trust,
        IProgress<ReadingProgress>? progress = null,
        CancellationToken cancel = default)
    {
        if (!ResidenceSession.IsCardNumber(cardNumber)) return Failed(ResidenceReadFailure.NotACardNumber);
        var conversation = new ResidenceConversation(card, progress, cancel);

        // 1. What card is it? Free to read, under the master file.
        if (await conversation.ReadCardType() is not { } type) return Failed(ResidenceReadFailure.NotThisKindOfCard);
        // 2. to 5. Mutual authentication and proof of the number.
        if (await conversation.Open(cardNumber) is { } failure) return Failed(failure);
        // 6. Every file in the order of its folder.
        var files = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        foreach (var file in ResidenceFiles.Of(type).OrderBy(one => one.Folder).ThenBy(one => one.Id))
        {
            if (await conversation.ReadFile(file) is not { } content) return Failed(ResidenceReadFailure.Refused);
            files[file.Path] = content;
        }

        try
        {
            var reading = ResidenceParsing.Parse(type, files, trust);
            // The number is not signed, so that the chip states the one that opened it is all there is to check.
            return string.Equals(reading.CardNumber, cardNumber, StringComparison.Ordinal)
                ? new ResidenceReadOutcome.Complete(reading)
                : Failed(ResidenceReadFailure.CardProofWrong);
        }
        catch (TlvException)
        {
            return Failed(ResidenceReadFailure.Malformed);
        }
    }

    /// <summary>The card's type, which is free to read; null when it is no residence card of type 05 or 06.</summary>
    /// <exception cref="CardChannelException">The card was pulled.</exception>
    public static ValueTask<ResidenceCardType?> TypeOf(ICardChannel card, CancellationToken cancel = default) =>
        new ResidenceConversation(card, null, cancel).ReadCardType();

    /// <summary>Rewrites the unsigned part at a counter. All of it changes together or nothing does.</summary>
    /// <param name="issuer">The counter's channel to this card, see <see cref="IssuerChannel"/>.</param>
    /// <param name="type">05 or 06.</param>
    /// <param name="update">What to change; what type 06 does not have is left out.</param>
    /// <param name="cancel">Gives up between commands.</param>
    public static async ValueTask<CardResult<bool>> Update(
        IssuerChannel issuer, ResidenceCardType type, ResidenceCardUpdate update, CancellationToken cancel = default)
    {
        var payload = ResidenceUpdate.Payload(update, type);
        if (payload.Length == 0) return true;
        var answer = await issuer.Send(IssuerInstructions.PutData, 0, 0, payload, cancel);
        return answer.Refusal is { } refusal ? refusal : true;
    }

    private static ResidenceReadOutcome.Failed Failed(ResidenceReadFailure reason) => new(reason);
}

/// <summary>One reader's conversation with one card: the commands of the specification in their order.</summary>
internal sealed class ResidenceConversation(
    ICardChannel card, IProgress<ReadingProgress>? progress, CancellationToken cancel)
{
    private const byte PlainClass = 0x00;
    private const byte SecureMessagingClass = 0x08;
    private const byte CardNumberReference = 0x86;
    private const byte ShortIdFlag = 0x80;

    // Card type, challenge, mutual authentication, verification, then the files; type 06 has two fewer.
    private const int TotalSteps = 14;

    private byte[] sessionKey = [];
    private ResidenceFolder folder;
    private int done;

    public async ValueTask<ResidenceCardType?> ReadCardType()
    {
        // A card that somebody read before has another folder current; one that refuses this SELECT is at its start.
        await SelectFolder(ResidenceFolder.MasterFile);
        var answer = await Send(new(PlainClass, ResidenceInstructions.ReadBinary, ShortIdFlag | 0x0A, 0, Ne: 256));
        if (!answer.IsSuccess || !BerTlv.TryReadAll(answer.Data, out var objects)) return null;
        var code = objects.FindValue(ResidenceTags.CardType);
        return code is null ? null : Encoding.ASCII.GetString(code.Value.Span) switch
        {
            "05" => ResidenceCardType.ResidenceCard,
            "06" => ResidenceCardType.SpecialPermanentResident,
            _ => null,
        };
    }

    /// <summary>Appendix 1: challenge, mutual authentication, VERIFY. Null when the card is open.</summary>
    public async ValueTask<ResidenceReadFailure?> Open(string cardNumber)
    {
        var number = ResidenceSession.NumberBytes(cardNumber);
        var baseKey = ResidenceSession.BaseKey(number);
        var readerNonce = RandomNumberGenerator.GetBytes(ResidenceSession.NonceLength);
        var readerHalf = RandomNumberGenerator.GetBytes(ResidenceSession.KeyLength);

        var challenge = await Send(
            new(PlainClass, ResidenceInstructions.GetChallenge, 0, 0, Ne: ResidenceSession.NonceLength));
        if (!challenge.IsSuccess || challenge.Data.Length != ResidenceSession.NonceLength)
            return ResidenceReadFailure.Refused;
        var cardNonce = challenge.Data.ToArray();

        var token = ResidenceSession.Token(baseKey, readerNonce, cardNonce, readerHalf);
        var answer = await Send(
            new(PlainClass, ResidenceInstructions.MutualAuthenticate, 0, 0, token, CommandApdu.ShortNe));
        if (answer.Status == StatusWord.AuthenticationFailed) return ResidenceReadFailure.WrongNumber;
        if (!answer.IsSuccess) return ResidenceReadFailure.Refused;
        var agreed = ResidenceSession.AgreeAsReader(baseKey, answer.Data.Span, readerNonce, cardNonce, readerHalf);
        if (agreed is null) return ResidenceReadFailure.CardProofWrong;
        sessionKey = agreed;

        byte[] content = [0x01, .. ResidenceSession.Encrypt(sessionKey, number)];
        var verified = await Send(new(
            SecureMessagingClass,
            ResidenceInstructions.Verify,
            0,
            CardNumberReference,
            TlvWriter.Encode(0x86, content)));
        if (verified.Status == StatusWord.AuthenticationFailed) return ResidenceReadFailure.WrongNumber;
        return verified.IsSuccess ? null : ResidenceReadFailure.Refused;
    }

    /// <summary>The whole file, or null when the card does not give it or not protected as agreed.</summary>
    public async ValueTask<byte[]?> ReadFile(ResidenceFile file)
    {
        if (file.Folder != folder && !await SelectFolder(file.Folder)) return null;
        var protect = file.Access == ResidenceAccess.NumberAndSecureMessaging;
        // Offset 0 and length 0000 mean the whole file (section 4.2.5).
        var answer = await Send(protect
            ? new(SecureMessagingClass, ResidenceInstructions.ReadBinary, (byte)(ShortIdFlag | file.ShortId), 0,
                (byte[])[0x96, 0x02, 0x00, 0x00], CommandApdu.ExtendedNe)
            : new(PlainClass, ResidenceInstructions.ReadBinary, (byte)(ShortIdFlag | file.ShortId), 0,
                Ne: CommandApdu.ExtendedNe));
        if (!answer.IsSuccess) return null;
        return protect ? Decrypted(answer.Data) : answer.Data.ToArray();
    }

    private async ValueTask<bool> SelectFolder(ResidenceFolder wanted)
    {
        var byName = wanted != ResidenceFolder.MasterFile;
        var answer = await Transmit(byName
            ? new(PlainClass, ResidenceInstructions.Select, 0x04, 0x0C, ResidenceFiles.AidOf(wanted))
            : new(PlainClass, ResidenceInstructions.Select, 0x00, 0x00, (byte[])[0x3F, 0x00]));
        if (answer.IsSuccess) folder = wanted;
        return answer.IsSuccess;
    }

    private byte[]? Decrypted(ReadOnlyMemory<byte> answer)
    {
        if (!BerTlv.TryRead(answer, out var only) || only.Value.Tag != 0x86) return null;
        var content = only.Value.Value.Span;
        return content.IsEmpty || content[0] != 0x01 ? null : ResidenceSession.TryDecrypt(sessionKey, content[1..]);
    }

    private async ValueTask<ResponseApdu> Send(CommandApdu command)
    {
        var answer = await Transmit(command);
        done++;
        progress?.Report(new(done, TotalSteps));
        return answer;
    }

    private ValueTask<ResponseApdu> Transmit(CommandApdu command)
    {
        cancel.ThrowIfCancellationRequested();
        return card.Transmit(command, cancel);
    }
}
