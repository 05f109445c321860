using System.Text.Json.Serialization;

namespace Musubi.Vocabulary;

/// <summary>The two equal ways of holding the documents.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Route>))]
public enum Route
{
    Merged,
    Separate,
}

[JsonConverter(typeof(JsonStringEnumConverter<CardKind>))]
public enum CardKind
{
    Separate,
    Merged,
}

/// <summary>A card's life: ordered at commit, valid from the hand-over, then one of three ends.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<CardState>))]
public enum CardState
{
    Ordered,
    Valid,
    Replaced,
    Returned,
    Lost,
}

/// <summary>May this person work? What an employer needs to know, and no more.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<WorkAnswer>))]
public enum WorkAnswer
{
    Yes,

    /// <summary>Only the work of the status itself, or what the designation names.</summary>
    WithinStatus,

    UpTo28Hours,
    No,
}

/// <summary>Whom a sentence is for.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Audience>))]
public enum Audience
{
    Resident,
    Clerk,
}
