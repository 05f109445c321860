using System.Text.Json.Serialization;

namespace Musubi.Vocabulary;

/// <summary>Every expected no of the product. The number is public ("MUS-1001") and never given to another meaning.
/// A new one needs its sentences in each file of Texts/, for the resident and for the clerk; a test asks for
/// them.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RefusalCode>))]
public enum RefusalCode
{
    // 1xxx: the card and the reader
    WrongPin = 1001,
    PinBlocked = 1002,
    PinSuspended = 1003,
    WrongCardNumber = 1004,
    NoCard = 1005,
    CardRemoved = 1006,
    ReaderGone = 1007,
    CardSilent = 1008,
    ForeignCard = 1009,
    CardForged = 1010,
    CardUnreadable = 1011,
    CardUnknown = 1012,
    CardLost = 1013,
    CardReplaced = 1014,
    CardReturned = 1015,
    CardExpired = 1016,
    CardNotHandedOver = 1017,
    CardWriteUnfinished = 1018,
    NumberOfOtherCard = 1019,

    // 2xxx: the right to read
    CertificateForged = 2001,
    CertificateExpired = 2002,
    CertificateNotYetValid = 2003,
    RightNotInEntry = 2004,
    EntryNotInForce = 2005,
    EntryUnknown = 2006,
    HolderDeclined = 2007,
    CannotRecord = 2008,
    PinNeeded = 2009,
    EntryNotYetInForce = 2010,
    EntryRevoked = 2011,
    ClockSetBack = 2012,
    ListStale = 2013,
    ListChanged = 2014,
    CertificateForOtherCards = 2015,
    ListNotPublishable = 2016,
    DraftUnknown = 2017,

    // 3xxx: who is who
    PersonUnknown = 3001,
    AttributesDiffer = 3002,
    LinkExists = 3003,
    NoLink = 3004,
    LinkContested = 3005,
    NumberTiedToAnother = 3006,
    CardsOfDifferentPeople = 3007,

    // 4xxx: the act and the registers
    PersonBusy = 4001,
    VersionChanged = 4002,
    RegisterUnreachable = 4003,
    RegisterLate = 4004,
    DiskFull = 4005,
    FormAlreadyUsed = 4006,
    OtherTabContinued = 4007,
    NoConsent = 4008,
    ActUnknown = 4009,
    DraftExpired = 4010,
    ReviewPending = 4011,
    SecondPersonNeeded = 4012,

    // 5xxx: the law of the jurisdiction
    NotPermittedForStatus = 5001,
    PeriodNotPermitted = 5002,
    StayEnded = 5003,
    NoResidenceCardForStatus = 5004,
    NothingToChange = 5005,
    RouteNotOffered = 5006,
    AddressNotInMunicipality = 5007,
    DateNotPossible = 5008,
    ApplicationPending = 5009,

    // 6xxx: the request
    InputNotUnderstood = 6001,
    NotSignedIn = 6002,
    NotYourTask = 6003,
    TooManyRequests = 6004,
    FormTooOld = 6005,
    PageUnknown = 6006,
}
