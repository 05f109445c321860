using System.Collections.Immutable;
using System.Security.Cryptography;
using Musubi.Chip.Apdu;
using Musubi.Chip.Applications.Eid;
using Musubi.Chip.Crypto;
using Musubi.Chip.CvCertificates;
using Musubi.Chip.Tlv;
using Musubi.Chip.VirtualCards;

namespace Musubi.Chip.RestrictedIdentification;

/// <summary>Restricted identification on the card (TR-03110-2 §3.6, TR-03110-3 §B.4).</summary>
internal sealed class RestrictedIdentificationChip(EacState state, CardSession session, ReadingLedger readings)
{
    private RestrictedIdentificationKey? key;

    /// <summary>True for the identifiers of this protocol, whatever the hash.</summary>
    public static bool IsMeant(ReadOnlySpan<byte> oid) => oid.StartsWith(RestrictedIdentificationVariant.DomainOid);

    /// <summary>MSE:Set AT: names the key.</summary>
    public ResponseApdu SetKey(ReadOnlySpan<byte> oid, ReadOnlyMemory<byte>? id)
    {
        key = null;
        if (!session.IsSecure || !session.Eac.IsChipAuthenticated) return new(StatusWord.SecurityStatusNotSatisfied);
        if (!oid.SequenceEqual(SectorKey.IdentificationOid)) return new(StatusWord.WrongData);
        // The card has two keys, so the terminal has to say which.
        if (id is not { Length: 1 } named) return new(StatusWord.ReferencedDataNotFound);
        key = state.IdentificationKeys.Find(k => k.Id == named.Span[0]);
        return new(key is null ? StatusWord.ReferencedDataNotFound : StatusWord.Success);
    }

    /// <summary>GENERAL AUTHENTICATE: the pseudonym for the first sector, the second, or both.</summary>
    public ResponseApdu Identify(ImmutableArray<TlvObject> sectors)
    {
        if (key is null || !session.Eac.IsChipAuthenticated) return new(StatusWord.ConditionsNotSatisfied);
        if (key.AuthorizedOnly && !session.Eac.Rights.HasFlag(EidRights.RestrictedIdentification))
            return new(StatusWord.SecurityStatusNotSatisfied);
        if (sectors.IsEmpty) return new(StatusWord.WrongData);
        var pseudonyms = new TlvWriter();
        var uses = CardUses.None;
        foreach (var sector in sectors)
        {
            if (PlaceOf(sector.Tag) is not { } place) return new(StatusWord.WrongData);
            if (Pseudonym(key, sector, place, out var pseudonym) is { } wrong) return new(wrong);
            pseudonyms.Write(place.AnswerTag(), pseudonym);
            uses |= place == SectorPlace.First ? CardUses.FirstPseudonym : CardUses.SecondPseudonym;
        }

        // On disk before the pseudonym leaves: pulled now, the card has counted what nobody got.
        readings.Note(uses);
        return ResponseApdu.Success(TlvWriter.Encode(0x7C, pseudonyms.ToArray()));
    }

    private StatusWord? Pseudonym(
        RestrictedIdentificationKey own, TlvObject sector, SectorPlace place, out byte[] pseudonym)
    {
        pseudonym = [];
        var expected = session.Eac.Sector?.At(place) ?? default;
        if (expected.IsEmpty) return StatusWord.ReferencedDataNotFound;
        // The hash in the certificate is that of the object under its own tag.
        var given = TlvWriter.Encode(0x7F49, sector.Value.Span);
        var hash = CryptographicOperations.HashData(session.Eac.CertificateHash, given);
        if (!hash.AsSpan().SequenceEqual(expected.Span)) return StatusWord.WrongData;
        if (!sector.TryChildren(out var level) || level.FindValue(0x06) is not { } oid
            || !oid.Span.SequenceEqual(SectorKey.IdentificationOid)
            || level.FindValue(0x86) is not { } point || !CvPublicKey.IsOn(state.Parameters, level))
            return StatusWord.WrongData;

        using var secret = CurveKey.From(state.Parameters.Curve, (byte[])own.Secret.Clone());
        // A point that is not on the curve gives no product, so it cannot draw the key out.
        if (point.Length != state.Parameters.PointLength || !secret.TryAgree(point.Span, out var shared))
            return StatusWord.WrongData;
        pseudonym = SHA256.HashData(CurveKey.X(shared));
        CryptographicOperations.ZeroMemory(shared);
        return null;
    }

    private static SectorPlace? PlaceOf(uint tag) => tag switch
    {
        0xA0 => SectorPlace.First,
        0xA2 => SectorPlace.Second,
        _ => null,
    };
}
