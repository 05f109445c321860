using System.Collections.Immutable;
using System.Security.Cryptography.X509Certificates;
using Musubi.Chip.PassiveAuthentication;
using Musubi.Chip.Tlv;

namespace Musubi.Chip.Applications.Emrtd;

/// <summary>What a card's travel-document application says.</summary>
/// <param name="Mrz">The zone as printed.</param>
/// <param name="Face">JPEG or JPEG 2000.</param>
/// <param name="Verdict">Whether the issuer made both.</param>
public sealed record EmrtdReading(Td1Mrz Mrz, ImmutableArray<byte> Face, SignedContentVerdict Verdict);

/// <summary>Reads a card through the channel that PACE opened.</summary>
public static class EmrtdReader
{
    /// <summary>Reads DG1, DG2 and SOD, and checks them against the country signers (passive authentication).</summary>
    /// <param name="secure">The channel after PACE or chip authentication.</param>
    /// <param name="countrySigners">The trust anchors.</param>
    /// <param name="on">The day of checking.</param>
    /// <param name="cancel">Breaks the reading off.</param>
    /// <returns>The reading with its verdict, or why the card gave nothing.</returns>
    public static async ValueTask<CardResult<EmrtdReading>> Read(
        ICardChannel secure, ImmutableArray<X509Certificate2> countrySigners, DateTimeOffset on,
        CancellationToken cancel = default)
    {
        if (!await IsoCommands.SelectApplication(secure, EmrtdFiles.Aid, cancel)) return CardRefusal.NoSuchApplication;
        var dg1 = await IsoCommands.ReadFile(secure, EmrtdFiles.Dg1, cancel);
        if (dg1.Refusal is { } noZone) return noZone;
        var dg2 = await IsoCommands.ReadFile(secure, EmrtdFiles.Dg2, cancel);
        if (dg2.Refusal is { } noFace) return noFace;
        var sod = await IsoCommands.ReadFile(secure, EmrtdFiles.Sod, cancel);
        if (sod.Refusal is { } noSignature) return noSignature;

        if (EmrtdFiles.TryReadMrz(dg1.Value) is not { } zone) return CardRefusal.Malformed;
        if (FaceRecord.TryDecodeGroup(dg2.Value) is not { } face) return CardRefusal.Malformed;
        try
        {
            var verdict = Judge(sod.Value, dg1.Value, dg2.Value, countrySigners, on);
            return new EmrtdReading(Td1Mrz.Decode(zone), [.. face.Span], verdict);
        }
        catch (MrzException)
        {
            return CardRefusal.Malformed;
        }
    }

    private static SignedContentVerdict Judge(
        ReadOnlyMemory<byte> sod, ReadOnlyMemory<byte> dg1, ReadOnlyMemory<byte> dg2,
        ImmutableArray<X509Certificate2> countrySigners, DateTimeOffset on)
    {
        var (verdict, hashes) = Hashes(sod, countrySigners, on);
        if (hashes is null) return verdict;
        var unchanged = hashes.Covers(1, dg1.Span) && hashes.Covers(2, dg2.Span);
        return unchanged ? verdict : SignedContentVerdict.FileNotAsSigned;
    }

    /// <summary>The signed hashes in a SOD; null with the verdict why not.</summary>
    internal static (SignedContentVerdict Verdict, LdsSecurityObject? Hashes) Hashes(
        ReadOnlyMemory<byte> sod, ImmutableArray<X509Certificate2> countrySigners, DateTimeOffset on)
    {
        if (!BerTlv.TryRead(sod, out var outer) || outer.Value.Tag != EmrtdTags.Sod)
            return (SignedContentVerdict.Unreadable, null);
        var signed = SignedContent.Verify(outer.Value.Value, LdsSecurityObject.ContentType, countrySigners, on);
        if (!signed.IsGenuine) return (signed.Verdict, null);
        return LdsSecurityObject.TryDecode(signed.Content) is { } hashes
            ? (SignedContentVerdict.Genuine, hashes)
            : (SignedContentVerdict.Unreadable, null);
    }
}
