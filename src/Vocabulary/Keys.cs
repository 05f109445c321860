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

    public static string Shape => "at most 32 ASCII letters, digits, hyphens or dots";

    /// <summary>The canonical text; empty for the default value, which names nothing.</summary>
    public string Stored => text ?? "";

    public static bool TryParse(string? text, out PersonId value)
    {
        var valid = Identifier.IsKey(text, MaxLength);
        value = valid ? new PersonId(text!) : default;
        return valid;
    }

    public static PersonId Parse(string text) => Identifier.Parse<PersonId>(text);

    public override string ToString() => Stored;
}

/// <summary>One counter: a bureau, a branch, a town hall.</summary>
[JsonConverter(typeof(IdentifierJson<OfficeId>))]
public readonly record struct OfficeId : IIdentifier<OfficeId>
{
    public const int MaxLength = 32;

    private readonly string? text;

    private OfficeId(string text) => this.text = text;

    public static string Shape => "at most 32 ASCII letters, digits, hyphens or dots";

    /// <summary>The canonical text; empty for the default value, which names nothing.</summary>
    public string Stored => text ?? "";

    public static bool TryParse(string? text, out OfficeId value)
    {
        var valid = Identifier.IsKey(text, MaxLength);
        value = valid ? new OfficeId(text!) : default;
        return valid;
    }

    public static OfficeId Parse(string text) => Identifier.Parse<OfficeId>(text);

    public override string ToString() => Stored;
}

/// <summary>One member of staff who decides, reviews or witnesses.</summary>
[JsonConverter(typeof(IdentifierJson<StaffId>))]
public readonly record struct StaffId : IIdentifier<StaffId>
{
    public const int MaxLength = 32;

    private readonly string? text;

    private StaffId(string text) => this.text = text;

    public static string Shape => "at most 32 ASCII letters, digits, hyphens or dots";

    /// <summary>The canonical text; empty for the default value, which names nothing.</summary>
    public string Stored => text ?? "";

    public static bool TryParse(string? text, out StaffId value)
    {
        var valid = Identifier.IsKey(text, MaxLength);
        value = valid ? new StaffId(text!) : default;
        return valid;
    }

    public static StaffId Parse(string text) => Identifier.Parse<StaffId>(text);

    public override string ToString() => Stored;
}

/// <summary>The serial of one piece of plastic on the number side, merged or separate.</summary>
[JsonConverter(typeof(IdentifierJson<CardSerial>))]
public readonly record struct CardSerial : IIdentifier<CardSerial>
{
    public const int MaxLength = 32;

    private readonly string? text;

    private CardSerial(string text) => this.text = text;

    public static string Shape => "at most 32 ASCII letters, digits, hyphens or dots";

    /// <summary>The canonical text; empty for the default value, which names nothing.</summary>
    public string Stored => text ?? "";

    public static bool TryParse(string? text, out CardSerial value)
    {
        var valid = Identifier.IsKey(text, MaxLength);
        value = valid ? new CardSerial(text!) : default;
        return valid;
    }

    public static CardSerial Parse(string text) => Identifier.Parse<CardSerial>(text);

    public override string ToString() => Stored;
}

/// <summary>Key of one status of residence in statuses.json.</summary>
[JsonConverter(typeof(IdentifierJson<StatusCode>))]
public readonly record struct StatusCode : IIdentifier<StatusCode>
{
    public const int MaxLength = 64;

    private readonly string? text;

    private StatusCode(string text) => this.text = text;

    public static string Shape => "at most 64 lower-case letters, digits and single hyphens";

    /// <summary>The canonical text; empty for the default value, which names nothing.</summary>
    public string Stored => text ?? "";

    public static bool TryParse(string? text, out StatusCode value)
    {
        var valid = Identifier.IsSlug(text, MaxLength);
        value = valid ? new StatusCode(text!) : default;
        return valid;
    }

    public static StatusCode Parse(string text) => Identifier.Parse<StatusCode>(text);

    public override string ToString() => Stored;
}

/// <summary>Key of one card field in card.json, such as "stay-until".</summary>
[JsonConverter(typeof(IdentifierJson<FieldId>))]
public readonly record struct FieldId : IIdentifier<FieldId>
{
    public const int MaxLength = 64;

    private readonly string? text;

    private FieldId(string text) => this.text = text;

    public static string Shape => "at most 64 lower-case letters, digits and single hyphens";

    /// <summary>The canonical text; empty for the default value, which names nothing.</summary>
    public string Stored => text ?? "";

    public static bool TryParse(string? text, out FieldId value)
    {
        var valid = Identifier.IsSlug(text, MaxLength);
        value = valid ? new FieldId(text!) : default;
        return valid;
    }

    public static FieldId Parse(string text) => Identifier.Parse<FieldId>(text);

    public override string ToString() => Stored;
}

/// <summary>Key of one entry of access-list.json, such as "landlord".</summary>
[JsonConverter(typeof(IdentifierJson<EntryId>))]
public readonly record struct EntryId : IIdentifier<EntryId>
{
    public const int MaxLength = 64;

    private readonly string? text;

    private EntryId(string text) => this.text = text;

    public static string Shape => "at most 64 lower-case letters, digits and single hyphens";

    /// <summary>The canonical text; empty for the default value, which names nothing.</summary>
    public string Stored => text ?? "";

    public static bool TryParse(string? text, out EntryId value)
    {
        var valid = Identifier.IsSlug(text, MaxLength);
        value = valid ? new EntryId(text!) : default;
        return valid;
    }

    public static EntryId Parse(string text) => Identifier.Parse<EntryId>(text);

    public override string ToString() => Stored;
}
