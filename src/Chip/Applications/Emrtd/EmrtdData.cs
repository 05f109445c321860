using System.Collections.Immutable;
using System.Security.Cryptography;
using Musubi.Chip.Crypto;

namespace Musubi.Chip.Applications.Emrtd;

/// <summary>What the travel-document application of a card is made from.</summary>
/// <param name="Mrz">What the printed zone says (DG1).</param>
/// <param name="Face">The portrait (DG2).</param>
public sealed record EmrtdData(Td1Mrz Mrz, EmrtdFace Face);

/// <summary>A portrait.</summary>
/// <param name="Image">JPEG or JPEG 2000, at most 20,000 bytes.</param>
/// <param name="Width">Pixels.</param>
/// <param name="Height">Pixels.</param>
public sealed record EmrtdFace(ImmutableArray<byte> Image, int Width, int Height)
{
    /// <summary>What 9303-9 calls enough for a face, with room; DG2 then stays below the 32 KiB of short
    /// offsets.</summary>
    public const int MaximumImageLength = 20_000;

    /// <summary>Fewer bytes are no picture in any format.</summary>
    public const int MinimumImageLength = 4;

    /// <summary>The image as given.</summary>
    public ImmutableArray<byte> Image { get; } = Image.Length is >= MinimumImageLength and <= MaximumImageLength
        ? Image
        : throw new ArgumentOutOfRangeException(nameof(Image), Image.Length, "A face has 4 to 20,000 bytes.");
}

/// <summary>The durable memory of the travel-document application: its files by identifier.</summary>
public sealed class EmrtdState
{
    /// <summary>Files by four hexadecimal digits: 011E, 0101, 0102, 010E, 010F, 011D.</summary>
    public Dictionary<string, byte[]> Files { get; set; } = new(StringComparer.Ordinal);

    /// <summary>The key behind DG14, a scalar; it never leaves the card. Empty on cards made without DG14.</summary>
    public byte[] ChipAuthenticationKey { get; set; } = [];

    /// <summary>The key behind DG15, PKCS#8; empty on cards made without DG15.</summary>
    public byte[] ActiveAuthenticationKey { get; set; } = [];

    /// <summary>Makes the keys on a new card, and makes and signs its files.</summary>
    public static EmrtdState Make(EmrtdData data, PassiveAuthentication.DocumentSigner signer)
    {
        using var chip = CurveKey.Create(EmrtdKeys.Curve.Curve);
        using var active = ECDsa.Create(EmrtdKeys.Curve.ToECCurve());
        return new()
        {
            ChipAuthenticationKey = chip.CopySecret(),
            ActiveAuthenticationKey = active.ExportPkcs8PrivateKey(),
            Files = EmrtdFiles.Make(data, EmrtdKeys.Dg14(chip.Public), EmrtdKeys.Dg15(active), signer),
        };
    }
}
