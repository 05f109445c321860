using System.Security.Cryptography;
using System.Text;
using Musubi.Vocabulary;

namespace Musubi.Counter;

/// <summary>The exact words a resident agrees to, in the language shown, with the hash that the receipt keeps.
/// One text belongs to one act: a consent covers that act and nothing else.</summary>
public sealed record ConsentText
{
    /// <summary>Goes up whenever a word of any consent text changes; old receipts keep their version and their
    /// text.</summary>
    public const string CurrentVersion = "2026-11";

    private ConsentText(ActKind kind, Language language, string text) =>
        (Kind, Language, Text) = (kind, language, text);

    public ActKind Kind { get; }
    public Language Language { get; }
    public string Text { get; }
    public string Version => CurrentVersion;

    /// <summary>SHA-256 of the UTF-8 text, 64 hexadecimal digits.</summary>
    public string Hash => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Text)));

    public static ConsentText Of(ActKind kind, Language language, ActChoice? choice = null) =>
        new(kind, language, CounterTexts.Consent(kind, choice).In(language));
}
