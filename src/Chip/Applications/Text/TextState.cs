namespace Musubi.Chip.Applications.Text;

/// <summary>The durable memory of the text application: four files as they are read, four key references.</summary>
public sealed class TextState
{
    public byte[] MyNumber { get; set; } = [];
    public byte[] Attributes { get; set; } = [];
    public byte[] Integrity { get; set; } = [];
    public byte[] Certificate { get; set; } = [];
    public byte[] BasicInformation { get; set; } = [];
    public ReferenceDataState Pin { get; set; } = new();
    public ReferenceDataState NumberA { get; set; } = new();
    public ReferenceDataState NumberB { get; set; } = new();
}
