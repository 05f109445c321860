namespace Musubi.Chip.Applications;

/// <summary>What an issuer's signature over a record is worth.</summary>
public enum IntegrityVerdict
{
    /// <summary>Nothing was read.</summary>
    NotChecked,

    /// <summary>The issuer signed exactly this.</summary>
    Genuine,

    /// <summary>The content is not what the record covers.</summary>
    ContentChanged,

    /// <summary>The record is not signed by the certified key.</summary>
    NotSignedByIssuer,

    /// <summary>The signer's certificate comes from somebody else.</summary>
    ForeignIssuer,

    /// <summary>Record or certificate cannot be read.</summary>
    Unreadable,
}
