using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Musubi.Chip.Tlv;

namespace Musubi.Chip.RestrictedIdentification;

/// <summary>One key of a card for restricted identification (TR-03110-3 §A.1.1.4).</summary>
/// <param name="KeyId">Names the key.</param>
/// <param name="AuthorizedOnly">True when the terminal needs the right "restricted identification".</param>
public sealed record RestrictedIdentificationVariant(int KeyId, bool AuthorizedOnly)
{
    private const uint Sequence = 0x30;
    private const uint Boolean = 0x01;
    private const uint Integer = 0x02;
    private const uint Oid = 0x06;
    private const byte Version1 = 1;
    private const byte True = 0xFF;

    /// <summary>id-RI-ECDH: the curve of all keys stands in an entry of its own.</summary>
    internal static ReadOnlySpan<byte> DomainOid => SectorKey.IdentificationOid[..^1];

    /// <summary>RestrictedIdentificationInfo.</summary>
    internal byte[] ToBytes() => TlvWriter.Encode(Sequence, w => w
        .Write(Oid, SectorKey.IdentificationOid)
        .Write(Sequence, parameters => parameters
            .Write(Integer, [Version1]).Write(Integer, [(byte)KeyId])
            .Write(Boolean, [AuthorizedOnly ? True : (byte)0])));

    /// <summary>Reads what follows the identifier of an entry; false when it is none of this protocol.</summary>
    internal static bool TryRead(
        ReadOnlySpan<byte> oid, ImmutableArray<TlvObject> rest,
        [NotNullWhen(true)] out RestrictedIdentificationVariant? variant)
    {
        variant = null;
        if (!oid.SequenceEqual(SectorKey.IdentificationOid) || rest[0].Tag != Sequence
            || !rest[0].TryChildren(out var parameters) || parameters.Length < 3)
            return false;
        if (parameters[0] is not { Tag: Integer, Value: { Length: 1 } version } || version.Span[0] != Version1
            || parameters[1] is not { Tag: Integer, Value: { Length: 1 } keyId } || keyId.Span[0] > 0x7F
            || parameters[2] is not { Tag: Boolean, Value: { Length: 1 } authorizedOnly })
            return false;
        variant = new(keyId.Span[0], authorizedOnly.Span[0] != 0);
        return true;
    }
}
