namespace Musubi.TransparencyLog.Writing;

/// <summary>A log's folder: <c>public</c> is what the world reads, <c>private</c> is the writer's own.</summary>
internal sealed class LogFolders(string root)
{
    public string Root { get; } = Path.GetFullPath(root);

    public string Public => Path.Combine(Root, LogWriter.PublicFolder);

    public string Private => Path.Combine(Root, "private");

    /// <summary>Files on their way to their place; emptied at every start.</summary>
    public string Drafts => Path.Combine(Private, "drafts");

    /// <summary>Entries that are taken and not yet published, in order.</summary>
    public string Journal => Path.Combine(Private, "journal");

    /// <summary>The key of every published entry, in order.</summary>
    public string Keys => Path.Combine(Private, "keys");

    /// <summary>Locked by the process that writes.</summary>
    public string InUse => Path.Combine(Private, "in-use");

    /// <summary>A number drawn by the process that writes: where locks do not work it tells another from us.</summary>
    public string Owner => Path.Combine(Private, "owner");

    public string Checkpoint => Path.Combine(Public, Tiles.TileSource.CheckpointPath);

    public void Create(LogDisk disk)
    {
        disk.CreateFolder(Root, isPrivate: false);
        foreach (var folder in (string[])[Private, Drafts, Journal]) disk.CreateFolder(folder, isPrivate: true);
        disk.CreateFolder(Public, isPrivate: false);
        disk.FlushFolder(Private);
        disk.FlushFolder(Root);
    }
}
