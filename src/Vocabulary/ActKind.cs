using System.Text.Json.Serialization;

namespace Musubi.Vocabulary;

/// <summary>What is done at the counter. A jurisdiction may offer fewer of them; its services.json says
/// which.</summary>
[JsonConverter(typeof(IdentifierJson<ActKind>))]
public readonly record struct ActKind : IIdentifier<ActKind>
{
    public const int MaxLength = 32;

    private readonly string? text;

    private ActKind(string text) => this.text = text;

    public static ActKind Merge { get; } = new("merge");
    public static ActKind Unmerge { get; } = new("unmerge");
    public static ActKind Renew { get; } = new("renew");
    public static ActKind ChangeStatus { get; } = new("change-status");
    public static ActKind Move { get; } = new("move");
    public static ActKind ReportLoss { get; } = new("report-loss");
    public static ActKind HandOver { get; } = new("hand-over");

    public static string Shape => "lower-case letters and single hyphens, such as change-status";

    public string Stored => text ?? "";

    public static bool TryParse(string? text, out ActKind value)
    {
        var valid = Identifier.IsSlug(text, MaxLength);
        value = valid ? new ActKind(text!) : default;
        return valid;
    }

    public static ActKind Parse(string text) => Identifier.Parse<ActKind>(text);

    public override string ToString() => Stored;
}
