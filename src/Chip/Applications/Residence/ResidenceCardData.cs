using System.Collections.Immutable;

namespace Musubi.Chip.Applications.Residence;

/// <summary>What a residence card is made from. Plain values: the caller's register knows what they mean.</summary>
/// <remarks>
/// The code tables of status (C9) and permission type (CA) are not public. Their values are the caller's own strings,
/// printable ASCII of at most ten and two characters, and mean nothing to other readers.
/// </remarks>
public sealed record ResidenceCardData
{
    /// <summary>05 or 06 on a card of its own, 07 or 08 beside the My Number functions.</summary>
    public ResidenceCardType Type { get; init; }

    /// <summary>AA99999999AA.</summary>
    public required string CardNumber { get; init; }

    /// <summary>Last day of the card.</summary>
    public required DateOnly CardExpiry { get; init; }

    /// <summary>YYYYMMDD; 00 for an unknown month or day.</summary>
    public required string BirthDate { get; init; }

    /// <summary>"1" male, "2" female, "3" unspecified.</summary>
    public required string Sex { get; init; }

    /// <summary>Three letters.</summary>
    public required string Nationality { get; init; }

    /// <summary>At most ten characters, the caller's code.</summary>
    public required string Status { get; init; }

    /// <summary>YYMM, DDD, or 0000 for indefinite.</summary>
    public required string Period { get; init; }

    /// <summary>At most two characters, the caller's code. Types 05 and 07 only.</summary>
    public string PermissionType { get; init; } = "";

    /// <summary>Day of the permission. Types 05 and 07 only.</summary>
    public DateOnly? PermissionDate { get; init; }

    /// <summary>"1" no restriction, "2" within status, "4" as designated, "9" not permitted. Types 05 and 07
    /// only.</summary>
    public string Work { get; init; } = "";

    /// <summary>Last day of the period of stay; null when indefinite. Types 05 and 07 only.</summary>
    public DateOnly? StayUntil { get; init; }

    /// <summary>TIFF, MMR compressed, at most 2,500 bytes.</summary>
    public ImmutableArray<byte> NameImage { get; init; } = [];

    /// <summary>JPEG 2000, at most 3,000 bytes.</summary>
    public ImmutableArray<byte> Face { get; init; } = [];

    /// <summary>What changes during the card's life.</summary>
    public ResidenceCardUpdate Changing { get; init; } = new();
}

/// <summary>The unsigned part of a residence card: a counter may rewrite it. Null leaves a value as it is.</summary>
public sealed record ResidenceCardUpdate
{
    /// <summary>TIFF, MMR compressed, at most 2,500 bytes.</summary>
    public ImmutableArray<byte>? AddressImage { get; init; }

    /// <summary>Permission for activity outside the status. Types 05 and 07 only.</summary>
    public ResidenceActivityPermission? Permission { get; init; }

    /// <summary>An application for extension or change is pending. Types 05 and 07 only.</summary>
    public bool? ApplicationPending { get; init; }

    /// <summary>The commissioner's note flag and text.</summary>
    public ResidenceNote? Note { get; init; }
}

/// <summary>Permission for activity outside the status (DF2/EF01).</summary>
/// <param name="Comprehensive">"0" none, "1" up to 28 hours a week, "2" the same in education.</param>
/// <param name="Until">Last day of the comprehensive permission.</param>
/// <param name="Individual">An individual permission exists.</param>
public sealed record ResidenceActivityPermission(string Comprehensive, DateOnly? Until, bool Individual);

/// <summary>The note file.</summary>
/// <param name="Recorded">The commissioner recorded a note.</param>
/// <param name="Text">At most 200 bytes of UTF-8.</param>
public sealed record ResidenceNote(bool Recorded, string Text);
