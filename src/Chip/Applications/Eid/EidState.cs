namespace Musubi.Chip.Applications.Eid;

/// <summary>The durable memory of the eID application: its data groups as they are read.</summary>
public sealed class EidState
{
    /// <summary>Groups by number, 1 to 21, each one TLV object with the tag 60 + number.</summary>
    public SortedDictionary<int, byte[]> Groups { get; set; } = [];
}
