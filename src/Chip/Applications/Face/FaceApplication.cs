using System.Collections.Immutable;
using System.Security.Cryptography;
using Musubi.Chip.Applications.Issuer;
using Musubi.Chip.Tlv;

namespace Musubi.Chip.Applications.Face;

/// <summary>Reader side of the face application. Every method selects the application itself.</summary>
/// <remarks>Ask with the least that answers the question: for an age the birth date, never number A.</remarks>
public static class FaceApplication
{
    /// <summary>The birth date that the issuer vouches for, to a reader that knows it.</summary>
    /// <param name="card">The card.</param>
    /// <param name="birthDate">YYMMDD in the era year, see <c>NumberB.BirthDate</c>.</param>
    /// <param name="root">The issuer's root key, RSA.</param>
    /// <param name="cancel">Gives up between commands.</param>
    public static ValueTask<FaceReading<string>> ConfirmBirthDate(
        ICardChannel card, string birthDate, RSA root, CancellationToken cancel = default) =>
        Read(card, FaceFiles.BirthDate, birthDate, FaceFiles.AgeRecord, FaceRecords.Age, root, cancel);

    /// <summary>The face with number B, which is made from what is printed on it.</summary>
    public static ValueTask<FaceReading<CardFace>> ReadFace(
        ICardChannel card, string numberB, RSA root, CancellationToken cancel = default) =>
        Read(card, FaceFiles.NumberB, numberB, FaceFiles.CardFace, FaceRecords.Face, root, cancel);

    /// <summary>The face with number A.</summary>
    public static ValueTask<FaceReading<CardFace>> ReadFaceWithMyNumber(
        ICardChannel card, string myNumber, RSA root, CancellationToken cancel = default) =>
        Read(card, FaceFiles.NumberA, myNumber, FaceFiles.CardFace, FaceRecords.Face, root, cancel);

    /// <summary>My Number as it is printed, PNG, with number A.</summary>
    public static ValueTask<FaceReading<ImmutableArray<byte>>> ReadMyNumberImage(
        ICardChannel card, string myNumber, RSA root, CancellationToken cancel = default) =>
        Read(card, FaceFiles.NumberA, myNumber, FaceFiles.MyNumberImage, FaceRecords.Number, root, cancel);

    /// <summary>Five digits of the municipality that issued the card: free to read, signed by nobody.</summary>
    public static async ValueTask<CardResult<string>> ReadMunicipality(
        ICardChannel card, CancellationToken cancel = default)
    {
        if (!await IsoCommands.SelectApplication(card, FaceFiles.Aid, cancel)) return CardRefusal.NoSuchApplication;
        var file = await IsoCommands.ReadFile(card, FaceFiles.BasicInformation, cancel);
        if (file.Refusal is { } refusal) return refusal;
        try
        {
            return FaceRecords.Municipality(file.Value);
        }
        catch (TlvException)
        {
            return CardRefusal.Malformed;
        }
    }

    /// <summary>Replaces the picture of the address at a counter, with a new signature over the card face.</summary>
    /// <param name="card">The card.</param>
    /// <param name="issuer">The counter's channel to this card.</param>
    /// <param name="myNumber">Opens the face.</param>
    /// <param name="address">PNG; empty where nothing was drawn.</param>
    /// <param name="signer">Signs the face.</param>
    /// <param name="root">Above the signer: a face that the issuer did not make is not signed again.</param>
    /// <param name="cancel">Gives up between commands.</param>
    public static async ValueTask<CardResult<bool>> RewriteAddress(
        ICardChannel card, IssuerChannel issuer, string myNumber, ImmutableArray<byte> address, RecordSigner signer,
        RSA root, CancellationToken cancel = default)
    {
        // 1. What is there, and whether the issuer made it for this card.
        var face = await ReadFaceWithMyNumber(card, myNumber, root, cancel);
        if (face.Content.Refusal is { } refusal) return refusal;
        if (!face.IsGenuine) return CardRefusal.NotGenuine;
        // 2. The same with the new picture. The application and what opened it are still selected.
        var file = await IsoCommands.ReadFile(card, FaceFiles.CardFace, cancel);
        if (file.Refusal is { } why) return why;
        var changed = FaceContent.WithAddress(file.Value, address.AsSpan(), signer);
        // 3. One command: a card that is pulled before it has the old face, after it the new one.
        var put = await issuer.Send(IssuerInstructions.PutData, 0, (byte)FaceFiles.CardFace, changed, cancel);
        return put.Refusal is { } refused ? refused : true;
    }

    private static async ValueTask<FaceReading<T>> Read<T>(
        ICardChannel card, ushort reference, string value, ushort id,
        Func<ReadOnlyMemory<byte>, FaceRecord<T>> parse, RSA root, CancellationToken cancel)
    {
        // 1. What the reader knows.
        if (!await IsoCommands.SelectApplication(card, FaceFiles.Aid, cancel))
            return FaceReading<T>.Refused(PinVerdict.NotOnThisCard, CardRefusal.NoSuchApplication);
        var verdict = await IsoCommands.Verify(card, reference, value, cancel);
        if (!verdict.IsAccepted) return FaceReading<T>.Refused(verdict, CardRefusal.NotPermitted);
        // 2. The record and the signer's certificate.
        var file = await IsoCommands.ReadFile(card, id, cancel);
        if (file.Refusal is { } refusal) return FaceReading<T>.Refused(verdict, refusal);
        var certificate = await IsoCommands.ReadFile(card, FaceFiles.Certificate, cancel);
        try
        {
            var record = parse(file.Value);
            // 3. Whether the issuer says so too, and only then: whether this is the card that it said it of.
            var integrity = certificate.IsGiven
                ? Judge(record, certificate.Value, root)
                : IntegrityVerdict.Unreadable;
            if (integrity != IntegrityVerdict.Genuine)
                return new(verdict, record.Content, integrity, SignatureOfCard.NotChecked);
            using var key = RsaKeyObject.TryRead(record.Key);
            var presence = key is null
                ? SignatureOfCard.Unreadable
                : await PresenceKey.Prove(card, key, cancel);
            return new(verdict, record.Content, integrity, presence);
        }
        catch (TlvException)
        {
            return FaceReading<T>.Refused(verdict, CardRefusal.Malformed);
        }
    }

    private static IntegrityVerdict Judge<T>(FaceRecord<T> record, ReadOnlyMemory<byte> certificate, RSA root)
    {
        using var signer = RecordSigner.KeyUnder(root, certificate);
        if (signer is null) return IntegrityVerdict.ForeignIssuer;
        return record.IsSignedBy(signer) ? IntegrityVerdict.Genuine : IntegrityVerdict.NotSignedByIssuer;
    }
}

/// <summary>What was read, and what it is worth.</summary>
/// <param name="Reference">What the card said to the birth date or number.</param>
/// <param name="Content">The content, or why there is none.</param>
/// <param name="Integrity">Whether the issuer vouches for the content.</param>
/// <param name="Presence">Whether the card proved that it is no copy.</param>
public readonly record struct FaceReading<T>(
    PinVerdict Reference, CardResult<T> Content, IntegrityVerdict Integrity, SignatureOfCard Presence)
{
    /// <summary>The issuer vouches for the content and the card is the one it vouches for.</summary>
    public bool IsGenuine =>
        Content.IsGiven && Integrity == IntegrityVerdict.Genuine && Presence == SignatureOfCard.Genuine;

    internal static FaceReading<T> Refused(PinVerdict reference, CardRefusal refusal) =>
        new(reference, refusal, IntegrityVerdict.NotChecked, SignatureOfCard.NotChecked);
}
