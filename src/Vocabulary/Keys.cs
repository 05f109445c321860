using System.Text.Json.Serialization;

namespace Musubi.Vocabulary;

/// <summary>The person inside one register: "R-0000000001" in the residence register, "N-0000000001" in the number
/// register. It says nothing about who is who: only the link store ties two of them.</summary>
[JsonConverter(typeof(IdentifierJson<PersonId>))]
public readonly record struct PersonId : IIdentifier<PersonId>
{
    public const int MaxLength = 32;
    private readonly string? text;
    private PersonId(string text) => this.text = text;
    public static string Shape => Identifier.KeyShape;
    public string Stored => text ?? "";
    public static PersonId Parse(string text) => Identifier.Parse<PersonId>(text);
    public override string ToString() => Stored;

    public static bool TryParse(string? text, out PersonId value)
    {
        value = Identifier.IsKey(text, MaxLength) ? new PersonId(text) : default;
        return value.text is not null;
    }
}

/// <summary>One counter: a bureau, a branch, a town hall.</summary>
[JsonConverter(typeof(IdentifierJson<OfficeId>))]
public readonly record struct OfficeId : IIdentifier<OfficeId>
{
    public const int MaxLength = 32;
    private readonly string? text;
    private OfficeId(string text) => this.text = text;
    public static string Shape => Identifier.KeyShape;
    public string Stored => text ?? "";
    public static OfficeId Parse(string text) => Identifier.Parse<OfficeId>(text);
    public override string ToString() => Stored;

    public static bool TryParse(string? text, out OfficeId value)
    {
        value = Identifier.IsKey(text, MaxLength) ? new OfficeId(text) : default;
        return value.text is not null;
    }
}

/// <summary>One member of staff who decides, reviews or witnesses.</summary>
[JsonConverter(typeof(IdentifierJson<StaffId>))]
public readonly record struct StaffId : IIdentifier<StaffId>
{
    public const int MaxLength = 32;
    private readonly string? text;
    private StaffId(string text) => this.text = text;
    public static string Shape => Identifier.KeyShape;
    public string Stored => text ?? "";
    public static StaffId Parse(string text) => Identifier.Parse<StaffId>(text);
    public override string ToString() => Stored;

    public static bool TryParse(string? text, out StaffId value)
    {
        value = Identifier.IsKey(text, MaxLength) ? new StaffId(text) : default;
        return value.text is not null;
    }
}

/// <summary>The serial of one piece of plastic on the number side, merged or separate.</summary>
[JsonConverter(typeof(IdentifierJson<CardSerial>))]
public readonly record struct CardSerial : IIdentifier<CardSerial>
{
    public const int MaxLength = 32;
    private readonly string? text;
    private CardSerial(string text) => this.text = text;
    public static string Shape => Identifier.KeyShape;
    public string Stored => text ?? "";
    public static CardSerial Parse(string text) => Identifier.Parse<CardSerial>(text);
    public override string ToString() => Stored;

    public static bool TryParse(string? text, out CardSerial value)
    {
        value = Identifier.IsKey(text, MaxLength) ? new CardSerial(text) : default;
        return value.text is not null;
    }
}

/// <summary>Key of one status of residence in statuses.json.</summary>
[JsonConverter(typeof(IdentifierJson<StatusCode>))]
public readonly record struct StatusCode : IIdentifier<StatusCode>
{
    public const int MaxLength = 64;
    private readonly string? text;
    private StatusCode(string text) => this.text = text;
    public static string Shape => Identifier.SlugShape;
    public string Stored => text ?? "";
    public static StatusCode Parse(string text) => Identifier.Parse<StatusCode>(text);
    public override string ToString() => Stored;

    public static bool TryParse(string? text, out StatusCode value)
    {
        value = Identifier.IsSlug(text, MaxLength) ? new StatusCode(text) : default;
        return value.text is not null;
    }
}

/// <summary>Key of one card field in card.json, such as "stay-until".</summary>
[JsonConverter(typeof(IdentifierJson<FieldId>))]
public readonly record struct FieldId : IIdentifier<FieldId>
{
    public const int MaxLength = 64;
    private readonly string? text;
    private FieldId(string text) => this.text = text;
    public static string Shape => Identifier.SlugShape;
    public string Stored => text ?? "";
    public static FieldId Parse(string text) => Identifier.Parse<FieldId>(text);
    public override string ToString() => Stored;

    public static bool TryParse(string? text, out FieldId value)
    {
        value = Identifier.IsSlug(text, MaxLength) ? new FieldId(text) : default;
        return value.text is not null;
    }
}

/// <summary>Key of one entry of access-list.json, such as "landlord".</summary>
[JsonConverter(typeof(IdentifierJson<EntryId>))]
public readonly record struct EntryId : IIdentifier<EntryId>
{
    public const int MaxLength = 64;
    private readonly string? text;
    private EntryId(string text) => this.text = text;
    public static string Shape => Identifier.SlugShape;
    public string Stored => text ?? "";
    public static EntryId Parse(string text) => Identifier.Parse<EntryId>(text);
    public override string ToString() => Stored;

    public static bool TryParse(string? text, out EntryId value)
    {
        value = Identifier.IsSlug(text, MaxLength) ? new EntryId(text) : default;
        return value.text is not null;
    }
}
