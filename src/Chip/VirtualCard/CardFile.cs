using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Musubi.Chip.Applications.Eid;
using Musubi.Chip.Applications.Emrtd;
using Musubi.Chip.Applications.Face;
using Musubi.Chip.Applications.Jpki;
using Musubi.Chip.Applications.Residence;
using Musubi.Chip.Applications.Text;

namespace Musubi.Chip.VirtualCards;

/// <summary>The whole durable memory of one virtual card: what its one file holds.</summary>
/// <remarks>
/// For development, tests and demonstration: keys and PINs stand in this file in clear.
/// On disk: a line "musubi-card 2 SHA-256 LENGTH", then that many bytes of JSON.
/// </remarks>
public sealed class CardFile
{
    /// <summary>A card with photograph and certificates has about 40 kB.</summary>
    public const int MaximumLength = 1 << 20;

    private const string Magic = "musubi-card";
    private const string Version = "2";
    private const int MaximumHeaderLength = 128;

    private static readonly JsonSerializerOptions Json = new()
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter() },
        MaxDepth = 16,
    };

    /// <summary>Which card this is.</summary>
    public CardProfile Profile { get; set; }

    /// <summary>The serial of the plastic, or the residence card's number.</summary>
    public string Serial { get; set; } = "";

    /// <summary>The card's own key for the counter's commands, 16 bytes.</summary>
    public byte[] IssuerKey { get; set; } = [];

    /// <summary>The residence card's memory.</summary>
    public ResidenceState? Residence { get; set; }

    /// <summary>The master file's memory on a merged card: passwords, roots, the chip's key.</summary>
    public EacState? Eac { get; set; }

    /// <summary>The eID application's memory.</summary>
    public EidState? Eid { get; set; }

    /// <summary>The travel-document application's memory.</summary>
    public EmrtdState? Emrtd { get; set; }

    /// <summary>The JPKI application's memory.</summary>
    public JpkiState? Jpki { get; set; }

    /// <summary>The text application's memory.</summary>
    public TextState? Text { get; set; }

    /// <summary>The face application's memory; separate My Number cards and specified cards have one.</summary>
    public FaceState? Face { get; set; }

    /// <summary>The bytes on disk.</summary>
    internal byte[] ToBytes()
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(this, Json);
        var header = string.Create(
            CultureInfo.InvariantCulture,
            $"{Magic} {Version} {Convert.ToHexStringLower(SHA256.HashData(body))} {body.Length}\n");
        return [.. Encoding.ASCII.GetBytes(header), .. body];
    }

    /// <summary>Reads the bytes on disk; false with a sentence about what is wrong.</summary>
    internal static bool TryRead(
        byte[] bytes, [NotNullWhen(true)] out CardFile? card, [NotNullWhen(false)] out string? wrong)
    {
        card = null;
        var end = Array.IndexOf(bytes, (byte)'\n', 0, Math.Min(bytes.Length, MaximumHeaderLength));
        var words = end < 0 ? [] : Encoding.ASCII.GetString(bytes, 0, end).Split(' ');
        wrong = "it does not begin like a Musubi card file";
        if (words.Length != 4 || !string.Equals(words[0], Magic, StringComparison.Ordinal)) return false;
        wrong = $"its format is version {words[1]}, this program reads version {Version}";
        if (!string.Equals(words[1], Version, StringComparison.Ordinal)) return false;

        var body = bytes.AsSpan(end + 1);
        wrong = $"it should have {words[3]} bytes after its first line and has {body.Length}";
        var stated = int.TryParse(words[3], NumberStyles.None, CultureInfo.InvariantCulture, out var length);
        if (!stated || length != body.Length) return false;
        wrong = "its content does not fit its checksum";
        var digest = Convert.ToHexStringLower(SHA256.HashData(body));
        if (!string.Equals(words[2], digest, StringComparison.Ordinal)) return false;
        try
        {
            card = JsonSerializer.Deserialize<CardFile>(body, Json);
        }
        catch (JsonException unreadable)
        {
            wrong = $"its content is not a card: {unreadable.Message}";
            return false;
        }
        wrong = "its content is empty";
        return card is not null;
    }
}

/// <summary>The kinds of card.</summary>
public enum CardProfile
{
    /// <summary>Second-generation residence card, 05 or 06.</summary>
    Residence,

    /// <summary>My Number card.</summary>
    MyNumber,

    /// <summary>Musubi's merged card: eMRTD, eID, JPKI and text application on one chip.</summary>
    Merged,

    /// <summary>The merged card as Japan issues it, 07 or 08: a My Number card with the residence
    /// application.</summary>
    Specified,
}

/// <summary>A card file cannot be used. The message names the file and what is wrong.</summary>
public sealed class CardFileException : IOException
{
    /// <summary>Makes the exception.</summary>
    public CardFileException(CardFileFault fault, string path, string wrong, Exception? inner = null)
        : base($"Card file {path}: {wrong}.", inner) => Fault = fault;

    /// <summary>What kind of trouble it is.</summary>
    public CardFileFault Fault { get; }
}

/// <summary>Why a card file cannot be used.</summary>
public enum CardFileFault
{
    /// <summary>There is no such file.</summary>
    Missing,

    /// <summary>A card is to be made where one exists.</summary>
    Exists,

    /// <summary>Another reader or process has the card.</summary>
    InUse,

    /// <summary>The bytes are not a whole card file.</summary>
    Damaged,

    /// <summary>The disk did not take a change; the card is as it was.</summary>
    NotWritten,
}
