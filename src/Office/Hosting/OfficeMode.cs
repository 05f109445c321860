namespace Musubi.Office.Hosting;

/// <summary>What this instance is. Personas, card tray and pinpad exist only in a demonstration.</summary>
public sealed record OfficeMode(bool Demo);
