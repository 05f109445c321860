namespace Musubi.Chip.Applications.Residence;

/// <summary>The durable memory of a residence card: its number and its files.</summary>
public sealed class ResidenceState
{
    /// <summary>The card type of MF/EF02.</summary>
    public ResidenceCardType Type { get; set; }

    /// <summary>The twelve characters that open the card.</summary>
    public string CardNumber { get; set; } = "";

    /// <summary>Types 07 and 08: the issuer's key, PKCS#8, under which readers deliver theirs. Empty on 05 and
    /// 06.</summary>
    public byte[] DeliveryKey { get; set; } = [];

    /// <summary>Files by <see cref="ResidenceFile.Path"/>, each of exactly its size.</summary>
    public Dictionary<string, byte[]> Files { get; set; } = new(StringComparer.Ordinal);
}
