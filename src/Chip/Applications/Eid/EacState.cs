using System.Text.Json.Serialization;
using Musubi.Chip.Crypto;
using Musubi.Chip.Pace;

namespace Musubi.Chip.Applications.Eid;

/// <summary>The durable memory of a card's master file: passwords, roots, its own key and date.</summary>
public sealed class EacState
{
    /// <summary>PACE can name two roots: the present one and the one before.</summary>
    public const int MaximumRoots = 2;

    /// <summary>A PUK that works for ever could be guessed for ever.</summary>
    public const int PukUses = 10;

    /// <summary>Digits of the PIN.</summary>
    internal const int PinLength = 6;

    /// <summary>The chip authentication key for every authenticated terminal.</summary>
    internal const byte KeyId = 1;

    /// <summary>The chip authentication key for privileged terminals.</summary>
    internal const byte PrivilegedKeyId = 2;

    /// <summary>The holder's PIN, ASCII digits.</summary>
    public byte[] Pin { get; set; } = [];

    /// <summary>The number printed on the card, ASCII digits.</summary>
    public byte[] Can { get; set; } = [];

    /// <summary>The holder's PUK, ASCII digits.</summary>
    public byte[] Puk { get; set; } = [];

    /// <summary>SHA-1 of document number, birth date and expiry with their check digits; empty for none.</summary>
    public byte[] MrzHash { get; set; } = [];

    /// <summary>3 to 0: at 1 the PIN waits for the CAN, at 0 for the PUK or the counter.</summary>
    public int PinTriesLeft { get; set; } = PinTries.Full;

    /// <summary>False while the PIN is switched off by a terminal with the right to.</summary>
    public bool PinIsActive { get; set; } = true;

    /// <summary>How often the PUK still unblocks: the PIN's reset counter.</summary>
    public int PukUsesLeft { get; set; } = PukUses;

    /// <summary>The cipher of PACE and chip authentication.</summary>
    public AesStrength Strength { get; set; }

    /// <summary>The id of the curve (TR-03110-3 table 4).</summary>
    public int ParametersId { get; set; } = DomainParameters.BrainpoolP256r1.Id;

    /// <summary>EF.CardAccess.</summary>
    public byte[] CardAccess { get; set; } = [];

    /// <summary>EF.CardSecurity.</summary>
    public byte[] CardSecurity { get; set; } = [];

    /// <summary>EF.ChipSecurity, for privileged terminals; empty on cards made before it was.</summary>
    public byte[] ChipSecurity { get; set; } = [];

    /// <summary>EF.DIR.</summary>
    public byte[] Directory { get; set; } = [];

    /// <summary>The chip authentication key, made on the card; it never leaves it.</summary>
    public byte[] ChipAuthenticationKey { get; set; } = [];

    /// <summary>The chip authentication key for privileged terminals, made on the card; it never leaves it.</summary>
    public byte[] PrivilegedKey { get; set; } = [];

    /// <summary>The keys of restricted identification, made on the card; they never leave it.</summary>
    public List<RestrictedIdentificationKey> IdentificationKeys { get; set; } = [];

    /// <summary>The chip's own count of readings.</summary>
    public ReadingRing Readings { get; set; } = new();

    /// <summary>Root certificates, newest first.</summary>
    public List<byte[]> Roots { get; set; } = [];

    /// <summary>The card's date; it moves forward with certificates only.</summary>
    public DateOnly Date { get; set; }

    /// <summary>The curve.</summary>
    [JsonIgnore]
    internal DomainParameters Parameters => DomainParameters.TryFind(ParametersId, out var found)
        ? found
        : throw new InvalidDataException($"Curve {ParametersId} is not known.");

    /// <summary>Fresh secrets; worked examples put theirs here.</summary>
    [JsonIgnore]
    internal Freshness Fresh { get; set; } = Freshness.System;

    internal byte[] Stored(PacePasswordKind kind) => kind switch
    {
        PacePasswordKind.Mrz => MrzHash,
        PacePasswordKind.Can => Can,
        PacePasswordKind.Pin => Pin,
        PacePasswordKind.Puk => Puk,
    };
}

/// <summary>One key of restricted identification.</summary>
/// <param name="Id">Names it on the wire.</param>
/// <param name="AuthorizedOnly">True when the terminal needs the right.</param>
/// <param name="Secret">The scalar.</param>
public sealed record RestrictedIdentificationKey(byte Id, bool AuthorizedOnly, byte[] Secret)
{
    /// <summary>The key for every authenticated terminal.</summary>
    internal const byte ForAll = 1;

    /// <summary>The key for terminals with the right.</summary>
    internal const byte WithRight = 2;

    /// <summary>Names only.</summary>
    public override string ToString() => $"{nameof(RestrictedIdentificationKey)} {Id}";
}
