using System.Formats.Asn1;
using System.Security.Cryptography;
using Musubi.Chip.Crypto;
using Musubi.Chip.Tlv;
using Org.BouncyCastle.Asn1;
using ECNamedCurveTable = Org.BouncyCastle.Asn1.X9.ECNamedCurveTable;

namespace Musubi.Chip.Applications.Emrtd;

/// <summary>DG14 and DG15: the keys by which the chip shows that it is no copy (ICAO 9303-11 §6 and §9.2).</summary>
/// <remarks>Keys are written with explicit curve parameters, as 9303-11 §9.4 and 9303-12 §4.1.6.3 want them; a named
/// curve would be shorter and is not read everywhere.</remarks>
internal static class EmrtdKeys
{
    private const string EcPublicKey = "1.2.840.10045.2.1";
    private const string ChipAuthenticationAes128 = "0.4.0.127.0.7.2.2.3.2.2";
    private const string ChipAuthenticationPublicKey = "0.4.0.127.0.7.2.2.1.2";
    private const string PaceGenericMappingAes128 = "0.4.0.127.0.7.2.2.4.2.2";
    private const string ActiveAuthentication = "2.23.136.1.1.5";
    private const string EcdsaPlainSha256 = "0.4.0.127.0.7.1.1.4.1.3";

    /// <summary>The curve of both keys.</summary>
    public static DomainParameters Curve => DomainParameters.BrainpoolP256r1;

    /// <summary>The cipher of chip authentication.</summary>
    public static AesStrength Strength => AesStrength.Aes128;

    /// <summary>DG14: PACE again, chip authentication version 1 with its key, the algorithm of DG15.</summary>
    public static byte[] Dg14(ReadOnlySpan<byte> chipKey)
    {
        var key = SubjectPublicKeyInfo(chipKey);
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSetOf())
        {
            Entry(writer, PaceGenericMappingAes128, w => { w.WriteInteger(2); w.WriteInteger(Curve.Id); });
            Entry(writer, ChipAuthenticationAes128, w => w.WriteInteger(1));
            Entry(writer, ChipAuthenticationPublicKey, w => w.WriteEncodedValue(key));
            Entry(writer, ActiveAuthentication, w => { w.WriteInteger(1); w.WriteObjectIdentifier(EcdsaPlainSha256); });
        }
        return TlvWriter.Encode(EmrtdTags.Dg14, writer.Encode());
    }

    /// <summary>DG15: the key of active authentication.</summary>
    public static byte[] Dg15(ECDsa key)
    {
        var point = key.ExportParameters(includePrivateParameters: false).Q;
        return TlvWriter.Encode(EmrtdTags.Dg15, SubjectPublicKeyInfo([0x04, .. point.X!, .. point.Y!]));
    }

    /// <summary>The point in the key of DG14 or of DG15's content; null when it is none on our curve.</summary>
    public static byte[]? TryReadPoint(ReadOnlyMemory<byte> subjectPublicKeyInfo)
    {
        try
        {
            var info = new AsnReader(subjectPublicKeyInfo, AsnEncodingRules.DER).ReadSequence();
            var algorithm = info.ReadSequence();
            if (algorithm.ReadObjectIdentifier() != EcPublicKey) return null;
            if (!algorithm.ReadEncodedValue().Span.SequenceEqual(ExplicitParameters())) return null;
            var point = info.ReadBitString(out var unused);
            return unused == 0 && point.Length == Curve.PointLength ? point : null;
        }
        catch (AsnContentException)
        {
            return null;
        }
    }

    /// <summary>The chip authentication key in DG14; null when there is none that we can use.</summary>
    public static byte[]? ChipKeyIn(ReadOnlyMemory<byte> dg14)
    {
        if (!BerTlv.TryRead(dg14, out var file) || file.Value.Tag != EmrtdTags.Dg14) return null;
        try
        {
            var infos = new AsnReader(file.Value.Value, AsnEncodingRules.BER).ReadSetOf();
            while (infos.HasData)
            {
                var info = infos.ReadSequence();
                if (info.ReadObjectIdentifier() == ChipAuthenticationPublicKey)
                    return TryReadPoint(info.ReadEncodedValue());
            }
            return null;
        }
        catch (AsnContentException)
        {
            return null;
        }
    }

    /// <summary>The key of active authentication in DG15, which the caller disposes; null when we cannot use
    /// it.</summary>
    public static ECDsa? ActiveKeyIn(ReadOnlyMemory<byte> dg15)
    {
        if (!BerTlv.TryRead(dg15, out var file) || file.Value.Tag != EmrtdTags.Dg15) return null;
        if (TryReadPoint(file.Value.Value) is not { } point) return null;
        var length = Curve.FieldLength;
        try
        {
            return ECDsa.Create(new ECParameters
            {
                Curve = Curve.ToECCurve(),
                Q = new() { X = point[1..(1 + length)], Y = point[(1 + length)..] },
            });
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private static byte[] SubjectPublicKeyInfo(ReadOnlySpan<byte> point)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            using (writer.PushSequence())
            {
                writer.WriteObjectIdentifier(EcPublicKey);
                writer.WriteEncodedValue(ExplicitParameters());
            }
            writer.WriteBitString(point);
        }
        return writer.Encode();
    }

    private static byte[] ExplicitParameters() =>
        ECNamedCurveTable.GetByOid(new DerObjectIdentifier(Curve.Oid)).GetDerEncoded();

    private static void Entry(AsnWriter writer, string protocol, Action<AsnWriter> rest)
    {
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(protocol);
            rest(writer);
        }
    }
}
