namespace Musubi.Chip.Readers.Pcsc;

/// <summary>Return codes of PC/SC (part 5, and pcsc-lite's pcsclite.h) that we tell apart.</summary>
internal enum PcscCode : uint
{
    Success = 0,
    Cancelled = 0x80100002,
    InvalidHandle = 0x80100003,
    InsufficientBuffer = 0x80100008,
    UnknownReader = 0x80100009,
    Timeout = 0x8010000A,
    SharingViolation = 0x8010000B,
    NoSmartCard = 0x8010000C,
    ProtocolMismatch = 0x8010000F,
    NotReady = 0x80100010,
    CommunicationError = 0x80100013,
    NotTransacted = 0x80100016,
    ReaderUnavailable = 0x80100017,
    NoService = 0x8010001D,
    ServiceStopped = 0x8010001E,
    NoReadersAvailable = 0x8010002E,
    UnsupportedCard = 0x80100065,
    UnresponsiveCard = 0x80100066,
    UnpoweredCard = 0x80100067,
    ResetCard = 0x80100068,
    RemovedCard = 0x80100069,
    SecurityViolation = 0x8010006A,
}

/// <summary>Who else may use the card.</summary>
internal enum PcscShare : uint
{
    /// <summary>Others too; a transaction keeps them out meanwhile.</summary>
    Shared = 2,
}

/// <summary>What becomes of the card afterwards.</summary>
internal enum PcscLeave : uint
{
    /// <summary>It keeps its state.</summary>
    AsItIs = 0,

    /// <summary>It forgets PINs and channels, so that the next program inherits no right.</summary>
    Reset = 1,
}

/// <summary>Transmission protocols of ISO/IEC 7816-3, as flags.</summary>
internal static class PcscProtocol
{
    public const uint T0 = 1;
    public const uint T1 = 2;
}
