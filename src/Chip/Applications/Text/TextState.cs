namespace Musubi.Chip.Applications.Text;

/// <summary>The durable memory of the text application: its files, its keys, its PIN and numbers.</summary>
public sealed class TextState
{
    public byte[] MyNumber { get; set; } = [];
    public byte[] Attributes { get; set; } = [];
    public byte[] Integrity { get; set; } = [];
    public byte[] Certificate { get; set; } = [];
    public byte[] BasicInformation { get; set; } = [];

    /// <summary>File 0007; empty on cards made before it existed.</summary>
    public byte[] SignedKey { get; set; } = [];

    /// <summary>The key behind it, PKCS#8.</summary>
    public byte[] PresenceKey { get; set; } = [];

    /// <summary>The key behind file 0006, PKCS#8; empty on cards made before it existed.</summary>
    public byte[] DeliveryKey { get; set; } = [];

    public ReferenceDataState Pin { get; set; } = new();
    public ReferenceDataState NumberA { get; set; } = new();
    public ReferenceDataState NumberB { get; set; } = new();
}
