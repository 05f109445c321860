namespace Musubi.Chip.Applications;

/// <summary>What a card's signature over a fresh challenge is worth.</summary>
public enum SignatureOfCard
{
    /// <summary>An earlier step failed.</summary>
    NotChecked,

    /// <summary>Made by the key that the authority certified.</summary>
    Genuine,

    /// <summary>The certificate comes from somebody else.</summary>
    ForeignIssuer,

    /// <summary>The certificate is not valid on this day.</summary>
    CertificateNotValidToday,

    /// <summary>The card signed with another key: a copy.</summary>
    NotByThisKey,

    /// <summary>Certificate or signature could not be read.</summary>
    Unreadable,
}
