using System.Collections.Immutable;
using System.Formats.Asn1;
using System.Security.Cryptography;

namespace Musubi.Chip.Applications.Emrtd;

/// <summary>The hashes of the data groups that the SOD's signature covers (ICAO 9303-10 §4.6.2.2, version 0).</summary>
/// <param name="Hashes">SHA-256 of each data group file, by number.</param>
internal sealed record LdsSecurityObject(ImmutableSortedDictionary<int, ReadOnlyMemory<byte>> Hashes)
{
    /// <summary>id-icao-mrtd-security-ldsSecurityObject.</summary>
    public const string ContentType = "2.23.136.1.1.1";

    private const string Sha256 = "2.16.840.1.101.3.4.2.1";
    private const int MaximumGroups = 16;

    public static LdsSecurityObject Over(IEnumerable<KeyValuePair<int, byte[]>> groups) =>
        new(groups.ToImmutableSortedDictionary(
        group => group.Key, group => (ReadOnlyMemory<byte>)SHA256.HashData(group.Value)));

    /// <summary>True when this group is covered and unchanged.</summary>
    public bool Covers(int group, ReadOnlySpan<byte> file) =>
        Hashes.TryGetValue(group, out var hash)
        && CryptographicOperations.FixedTimeEquals(hash.Span, SHA256.HashData(file));

    public byte[] Encode()
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteInteger(0);
            using (writer.PushSequence()) writer.WriteObjectIdentifier(Sha256);
            using (writer.PushSequence())
            {
                foreach (var (group, hash) in Hashes)
                {
                    using (writer.PushSequence())
                    {
                        writer.WriteInteger(group);
                        writer.WriteOctetString(hash.Span);
                    }
                }
            }
        }

        return writer.Encode();
    }

    /// <summary>Reads the object; null when it is none of version 0 or 1 with SHA-256.</summary>
    public static LdsSecurityObject? TryDecode(ReadOnlyMemory<byte> encoded)
    {
        try
        {
            var content = new AsnReader(encoded, AsnEncodingRules.DER).ReadSequence();
            if (!content.TryReadInt32(out var version) || version is not (0 or 1)) return null;
            if (content.ReadSequence().ReadObjectIdentifier() != Sha256) return null;
            var list = content.ReadSequence();
            var hashes = ImmutableSortedDictionary.CreateBuilder<int, ReadOnlyMemory<byte>>();
            while (list.HasData && hashes.Count < MaximumGroups)
            {
                var one = list.ReadSequence();
                if (!one.TryReadInt32(out var group) || hashes.ContainsKey(group)) return null;
                hashes.Add(group, one.ReadOctetString());
            }

            return list.HasData ? null : new LdsSecurityObject(hashes.ToImmutable());
        }
        catch (AsnContentException)
        {
            return null;
        }
    }
}
