using System.Security.Cryptography;
using Musubi.Chip.Apdu;
using Musubi.Chip.SecureMessaging;

namespace Musubi.Chip.Applications.Residence;

/// <summary>
/// Cards 07 and 08: the residence application, SET SESSION KEY, VERIFY, the folders. What is public of it and what is
/// our reading: see <see cref="SpecifiedResidenceApplet"/>.
/// </summary>
/// <param name="card">The card.</param>
/// <param name="delivery">The issuer's published key; without it the card's type can be read and nothing else.</param>
/// <param name="progress">Told after each step.</param>
/// <param name="cancel">Gives up between commands.</param>
internal sealed class SpecifiedConversation(
    ICardChannel card, RSA? delivery, IProgress<ReadingProgress>? progress, CancellationToken cancel)
    : ResidenceConversation(card, TotalSteps, progress, cancel)
{
    // Card type, session key, verification, then the files; type 08 has two fewer.
    private const int TotalSteps = 13;
    private const byte OwnClass = 0x80;
    private readonly ICardChannel card = card;
    private SecureChannel? secure;

    public override void Dispose() => secure?.Dispose();

    /// <summary>The free files are read before the key is set: selecting the application again would drop it.</summary>
    protected override async ValueTask<bool> SelectStart() =>
        (await Transmit(card, new(
            PlainClass, ResidenceInstructions.Select, 0x04, 0x0C, ResidenceFiles.Application))).IsSuccess;

    public override async ValueTask<ResidenceReadFailure?> Open(string cardNumber)
    {
        if (delivery is null) return ResidenceReadFailure.DeliveryKeyNeeded;
        if (await DeliverKey(delivery) is { } failure) return failure;
        var verified = await Send(secure!, new(
            PlainClass, ResidenceInstructions.Verify, 0, CardNumberReference,
            ResidenceSession.NumberBytes(cardNumber)));
        if (verified.Status == StatusWord.AuthenticationFailed) return ResidenceReadFailure.WrongNumber;
        return verified.IsSuccess ? null : ResidenceReadFailure.Refused;
    }

    protected override async ValueTask<byte[]?> ReadCurrent(ResidenceFile file)
    {
        var answer = await Send(
            file.Access == ResidenceAccess.Free ? card : secure!,
            new(PlainClass, ResidenceInstructions.ReadBinary, (byte)(ShortIdFlag | file.ShortId), 0,
                Ne: CommandApdu.ExtendedNe));
        return answer.IsSuccess ? answer.Data.ToArray() : null;
    }

    private async ValueTask<ResidenceReadFailure?> DeliverKey(RSA key)
    {
        var seeds = RandomNumberGenerator.GetBytes(2 * DeliveredKeySession.SeedLength);
        var session = SpecifiedSession.Of(seeds);
        var wrapped = KeyDelivery.Wrap(
            key, seeds.AsSpan(0, DeliveredKeySession.SeedLength), seeds.AsSpan(DeliveredKeySession.SeedLength));
        CryptographicOperations.ZeroMemory(seeds);
        secure = new(card, session);
        var answer = await Send(card, new(OwnClass, NumberCardInstructions.SetSessionKey, 0, 0, wrapped));
        if (answer.IsSuccess) return null;
        // What another issuer's key wrapped does not unwrap, or is a number above the modulus.
        return answer.Status == StatusWord.WrongData || answer.Status == StatusWord.NoDiagnosis
            ? ResidenceReadFailure.DeliveryKeyNotThisIssuers
            : ResidenceReadFailure.Refused;
    }
}
