using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Musubi.Chip.Crypto;
using Musubi.Chip.RestrictedIdentification;
using Musubi.Chip.Tlv;

namespace Musubi.Chip;

/// <summary>One way the card speaks PACE.</summary>
/// <param name="Strength">The cipher.</param>
/// <param name="Parameters">The curve.</param>
public sealed record PaceVariant(AesStrength Strength, DomainParameters Parameters);

/// <summary>One way the card speaks chip authentication.</summary>
/// <param name="Strength">The cipher.</param>
/// <param name="Parameters">The curve.</param>
/// <param name="KeyId">Names the key where the card has several.</param>
public sealed record ChipAuthenticationVariant(AesStrength Strength, DomainParameters Parameters, int? KeyId);

/// <summary>A chip authentication public key of a card.</summary>
/// <param name="Parameters">The curve.</param>
/// <param name="Point">Uncompressed.</param>
/// <param name="KeyId">Names the key where the card has several.</param>
public sealed record ChipAuthenticationKey(DomainParameters Parameters, ReadOnlyMemory<byte> Point, int? KeyId);

/// <summary>
/// SecurityInfos (TR-03110-3 §A.1): what a card can do. Alone it is EF.CardAccess, unsigned; signed it is the content
/// of EF.CardSecurity.
/// </summary>
/// <remarks>Entries and curves unknown here are skipped: tolerant readers meet cards of tomorrow.</remarks>
public sealed class SecurityInfos
{
    private const uint Sequence = 0x30;
    private const uint Set = 0x31;
    private const uint Integer = 0x02;
    private const uint Oid = 0x06;
    private const uint BitString = 0x03;
    private const byte Version2 = 2;

    private SecurityInfos(ReadOnlyMemory<byte> encoded, ImmutableArray<TlvObject> entries)
    {
        Encoded = encoded;
        Pace = Collect<PaceVariant>(entries, TryReadPace);
        Keys = Collect<ChipAuthenticationKey>(entries, TryReadKey);
        RestrictedIdentification = Collect<RestrictedIdentificationVariant>(
            entries, RestrictedIdentificationVariant.TryRead);
        ChipAuthentication = ReadChipAuthentication(entries);
    }

    /// <summary>The set as received.</summary>
    public ReadOnlyMemory<byte> Encoded { get; }

    /// <summary>The PACE variants with generic mapping on a standard curve.</summary>
    public ImmutableArray<PaceVariant> Pace { get; }

    /// <summary>The chip authentication version 2 variants on a standard curve.</summary>
    public ImmutableArray<ChipAuthenticationVariant> ChipAuthentication { get; }

    /// <summary>The chip authentication keys; present in EF.CardSecurity only.</summary>
    public ImmutableArray<ChipAuthenticationKey> Keys { get; }

    /// <summary>The keys of restricted identification with SHA-256; present in EF.CardSecurity only.</summary>
    public ImmutableArray<RestrictedIdentificationVariant> RestrictedIdentification { get; }

    /// <summary>Reads the set.</summary>
    /// <exception cref="TlvException">Not a set of sequences.</exception>
    public static SecurityInfos Parse(ReadOnlyMemory<byte> encoded)
    {
        var set = BerTlv.Read(encoded);
        if (set.Tag != Set) throw new TlvException("SecurityInfos is a SET.");
        return new SecurityInfos(encoded, set.Children());
    }

    /// <summary>Reads the set; false when the bytes are none.</summary>
    public static bool TryRead(ReadOnlyMemory<byte> encoded, [NotNullWhen(true)] out SecurityInfos? infos)
    {
        infos = null;
        try
        {
            infos = Parse(encoded);
            return true;
        }
        catch (TlvException)
        {
            return false;
        }
    }

    /// <summary>Writes the set of a card that speaks one variant of each protocol.</summary>
    /// <param name="pace">PACE.</param>
    /// <param name="chip">Chip authentication.</param>
    /// <param name="keys">Its keys: given for EF.CardSecurity and EF.ChipSecurity, empty for EF.CardAccess.</param>
    /// <param name="identification">The keys of restricted identification, on the curve of chip authentication; given
    /// for EF.CardSecurity.</param>
    /// <param name="privileged">Chip authentication with the key for privileged terminals, or null.</param>
    public static byte[] Write(
        PaceVariant pace, ChipAuthenticationVariant chip, IReadOnlyCollection<ChipAuthenticationKey> keys,
        IReadOnlyCollection<RestrictedIdentificationVariant>? identification = null,
        ChipAuthenticationVariant? privileged = null)
    {
        List<byte[]> entries =
        [
            Entry(EacOids.TerminalAuthentication.ToArray(), w => w.Write(Integer, [Version2])),
            Entry(pace.Strength.Oid(EacOids.PaceEcdhGenericMapping),
                w => w.Write(Integer, [Version2]).Write(Integer, [(byte)pace.Parameters.Id])),
            .. ChipEntries(chip),
            .. keys.Select(key => Entry(EacOids.PublicKeyEcdh.ToArray(), w => WriteKeyId(
                w.Write(Sequence, info => WriteAlgorithm(info, key.Parameters)
                    .Write(BitString, [0, .. key.Point.Span])),
                key.KeyId))),
        ];
        // What is for privileged terminals only stands one level deeper, where others do not take it for theirs.
        if (privileged is not null)
            entries.Add(Entry(
                EacOids.PrivilegedTerminal.ToArray(), w => w.WriteEncoded(InOrder(ChipEntries(privileged)))));

        if (identification is { Count: > 0 })
        {
            entries.AddRange(identification.Select(variant => variant.ToBytes()));
            entries.Add(Entry(
                RestrictedIdentificationVariant.DomainOid.ToArray(), w => WriteAlgorithm(w, chip.Parameters)));
        }

        return InOrder(entries);
    }

    /// <summary>Cipher and curve of chip authentication, which belong together by their key id.</summary>
    private static List<byte[]> ChipEntries(ChipAuthenticationVariant chip) =>
    [
        Entry(chip.Strength.Oid(EacOids.ChipAuthenticationEcdh),
            w => WriteKeyId(w.Write(Integer, [Version2]), chip.KeyId)),
        Entry(EacOids.ChipAuthenticationEcdh.ToArray(),
            w => WriteKeyId(WriteAlgorithm(w, chip.Parameters), chip.KeyId)),
    ];

    /// <summary>DER orders a SET by its encodings; a signature over another order would still hold, but not
    /// everywhere.</summary>
    private static byte[] InOrder(List<byte[]> entries)
    {
        entries.Sort((a, b) => a.AsSpan().SequenceCompareTo(b));
        return TlvWriter.Encode(Set, w => entries.ForEach(e => w.WriteEncoded(e)));
    }

    private static byte[] Entry(byte[] oid, Action<TlvWriter> rest) =>
        TlvWriter.Encode(Sequence, w => rest(w.Write(Oid, oid)));

    private static TlvWriter WriteAlgorithm(TlvWriter w, DomainParameters parameters) => w.Write(Sequence, a =>
        a.Write(Oid, EacOids.StandardizedDomainParameters).Write(Integer, [(byte)parameters.Id]));

    private static TlvWriter WriteKeyId(TlvWriter w, int? keyId) =>
        keyId is { } id ? w.Write(Integer, [(byte)id]) : w;

    private static ImmutableArray<T> Collect<T>(ImmutableArray<TlvObject> entries, TryReadEntry<T> tryRead)
    {
        var found = ImmutableArray.CreateBuilder<T>();
        foreach (var entry in entries)
        {
            if (entry.Tag == Sequence && entry.TryChildren(out var parts) && parts.Length > 1 && parts[0].Tag == Oid
                && tryRead(parts[0].Value.Span, parts[1..], out var read))
                found.Add(read);
        }

        return found.ToImmutable();
    }

    private static bool TryReadPace(
        ReadOnlySpan<byte> oid, ImmutableArray<TlvObject> rest, [NotNullWhen(true)] out PaceVariant? variant)
    {
        variant = null;
        if (!AesStrengths.TryRead(oid, EacOids.PaceEcdhGenericMapping, out var strength) || rest.Length < 2)
            return false;
        if (SmallInteger(rest[0]) != Version2 || SmallInteger(rest[1]) is not { } id) return false;
        if (!DomainParameters.TryFind(id, out var parameters)) return false;
        variant = new PaceVariant(strength, parameters);
        return true;
    }

    private static bool TryReadKey(
        ReadOnlySpan<byte> oid, ImmutableArray<TlvObject> rest, [NotNullWhen(true)] out ChipAuthenticationKey? key)
    {
        key = null;
        if (!oid.SequenceEqual(EacOids.PublicKeyEcdh) || !rest[0].TryChildren(out var info) || info.Length != 2)
            return false;
        if (!TryReadAlgorithm(info[0], out var parameters) || info[1].Tag != BitString) return false;
        var bits = info[1].Value;
        if (bits.Length != 1 + parameters.PointLength || bits.Span[0] != 0) return false;
        key = new ChipAuthenticationKey(parameters, bits[1..], rest.Length > 1 ? SmallInteger(rest[1]) : null);
        return true;
    }

    private static ImmutableArray<ChipAuthenticationVariant> ReadChipAuthentication(ImmutableArray<TlvObject> entries)
    {
        // Two kinds of entry belong together by their key id: the cipher and the curve.
        var ciphers = Collect<(AesStrength Strength, int? KeyId)>(entries, TryReadCipher);
        var curves = Collect<(DomainParameters Parameters, int? KeyId)>(entries, TryReadCurve);
        return
        [
            .. from cipher in ciphers
               from curve in curves
               where cipher.KeyId == curve.KeyId
               select new ChipAuthenticationVariant(cipher.Strength, curve.Parameters, cipher.KeyId),
        ];
    }

    private static bool TryReadCipher(
        ReadOnlySpan<byte> oid, ImmutableArray<TlvObject> rest, out (AesStrength Strength, int? KeyId) cipher)
    {
        cipher = default;
        if (!AesStrengths.TryRead(oid, EacOids.ChipAuthenticationEcdh, out var strength)) return false;
        if (SmallInteger(rest[0]) != Version2) return false;
        cipher = (strength, rest.Length > 1 ? SmallInteger(rest[1]) : null);
        return true;
    }

    private static bool TryReadCurve(
        ReadOnlySpan<byte> oid, ImmutableArray<TlvObject> rest, out (DomainParameters Parameters, int? KeyId) curve)
    {
        curve = default;
        if (!oid.SequenceEqual(EacOids.ChipAuthenticationEcdh)) return false;
        if (!TryReadAlgorithm(rest[0], out var parameters)) return false;
        curve = (parameters, rest.Length > 1 ? SmallInteger(rest[1]) : null);
        return true;
    }

    private static bool TryReadAlgorithm(TlvObject algorithm, [NotNullWhen(true)] out DomainParameters? parameters)
    {
        parameters = null;
        return algorithm.Tag == Sequence && algorithm.TryChildren(out var parts) && parts.Length == 2
            && parts[0].Tag == Oid && parts[0].Value.Span.SequenceEqual(EacOids.StandardizedDomainParameters)
            && SmallInteger(parts[1]) is { } id && DomainParameters.TryFind(id, out parameters);
    }

    private static int? SmallInteger(TlvObject number) =>
        number.Tag == Integer && number.Value.Length == 1 && number.Value.Span[0] < 0x80 ? number.Value.Span[0] : null;

    private delegate bool TryReadEntry<T>(
        ReadOnlySpan<byte> oid, ImmutableArray<TlvObject> rest, [MaybeNullWhen(false)] out T read);
}
