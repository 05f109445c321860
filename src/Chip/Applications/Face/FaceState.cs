namespace Musubi.Chip.Applications.Face;

/// <summary>The durable memory of the face application: its files, its key, its three references.</summary>
public sealed class FaceState
{
    /// <summary>File 0001.</summary>
    public byte[] AgeRecord { get; set; } = [];

    /// <summary>File 0002.</summary>
    public byte[] CardFace { get; set; } = [];

    /// <summary>File 0003.</summary>
    public byte[] BasicInformation { get; set; } = [];

    /// <summary>File 0004.</summary>
    public byte[] Certificate { get; set; } = [];

    /// <summary>File 0005.</summary>
    public byte[] MyNumberImage { get; set; } = [];

    /// <summary>The key that signs challenges, PKCS#8; its public part stands in the signed records.</summary>
    public byte[] PresenceKey { get; set; } = [];

    /// <summary>Opens the age record.</summary>
    public ReferenceDataState BirthDate { get; set; } = new();

    /// <summary>Opens the face.</summary>
    public ReferenceDataState NumberB { get; set; } = new();

    /// <summary>Opens the face and My Number.</summary>
    public ReferenceDataState NumberA { get; set; } = new();
}
