using System.Buffers.Binary;
using System.Text;

namespace Musubi.Chip.Applications.Jpki;

/// <summary>The durable memory of the JPKI application. Keys are PKCS#8, certificates DER.</summary>
public sealed class JpkiState
{
    public ReferenceDataState AuthenticationPin { get; set; } = new();
    public ReferenceDataState SigningPin { get; set; } = new();
    public JpkiKeyState Authentication { get; set; } = new();
    public JpkiKeyState Signing { get; set; } = new();

    /// <summary>At most 16 ASCII characters; in the token information's serial number field.</summary>
    public string Serial { get; set; } = "";
}

/// <summary>One key pair of the application with its certificate.</summary>
public sealed class JpkiKeyState
{
    /// <summary>The key in use, PKCS#8; empty when the card has none.</summary>
    public byte[] Key { get; set; } = [];

    /// <summary>Its certificate; empty when the card has none, as a child has no signing certificate.</summary>
    public byte[] Certificate { get; set; } = [];

    /// <summary>The authority's certificate.</summary>
    public byte[] Authority { get; set; } = [];

    /// <summary>A new key that waits for its certificate; the old pair works until then.</summary>
    public byte[] StagedKey { get; set; } = [];

    public bool HasCertificate => Certificate.Length > 0;
}

/// <summary>Content of file 0006: PKCS#11's CK_TOKEN_INFO with big-endian 32-bit numbers, 160 bytes.</summary>
internal static class TokenInformation
{
    public const int Length = 160;
    public const int SerialOffset = 80;
    public const int SerialLength = 16;
    private const string PhysicalCardLabel = "JPKIAPICCTOKEN2";
    private const uint LoginRequiredAndInitialised = 0x0000_0004 | 0x0000_0008 | 0x0000_0400;
    private const uint Unavailable = uint.MaxValue;

    public static byte[] Of(string serial)
    {
        var bytes = new byte[Length];
        Put(bytes, 0, 32, PhysicalCardLabel);
        Put(bytes, 32, 32, "MUSUBI");
        Put(bytes, 64, 16, "VIRTUAL");
        Put(bytes, SerialOffset, SerialLength, serial);
        uint[] numbers =
        [
            LoginRequiredAndInitialised, 0, 0, 0, 0, 16, 4, Unavailable, Unavailable, Unavailable, Unavailable,
        ];
        for (var i = 0; i < numbers.Length; i++)
            BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(96 + 4 * i), numbers[i]);
        // Real cards hold the digits "03" and "01" where PKCS#11 wants version pairs; the clock stays blank.
        Put(bytes, 140, 2, "03");
        Put(bytes, 142, 2, "01");
        Put(bytes, 144, 16, "");
        return bytes;
    }

    private static void Put(byte[] bytes, int offset, int length, string text) =>
        Encoding.ASCII.GetBytes(text.PadRight(length)[..length]).CopyTo(bytes, offset);
}
