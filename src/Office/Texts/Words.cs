using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Unicode;
using Microsoft.AspNetCore.Components;
using Musubi.Vocabulary;

namespace Musubi.Office.Texts;

/// <summary>What one page says, in the language of its reader.</summary>
/// <param name="zone">Of the offices: a moment is shown as their clocks show it.</param>
public sealed class Words(PageTexts texts, Language language, TimeZoneInfo zone)
{
    /// <summary>Letters stay letters; only what means something to HTML is escaped.</summary>
    private static readonly HtmlEncoder encoder = HtmlEncoder.Create(UnicodeRanges.All);

    public Language Language => language;

    /// <summary>The same for another reader.</summary>
    public Words In(Language other) => new(texts, other, zone);

    /// <summary>A text as markup: escaped, with its readings as ruby.</summary>
    public MarkupString this[string key] => Markup(texts.Raw(language, key));

    /// <summary>As written, for putting into another text.</summary>
    public string Raw(string key) => texts.Raw(language, key);

    public MarkupString Say(string key, params ReadOnlySpan<(string Place, object? Value)> values) =>
        Markup(Fill(texts.Raw(language, key), values));

    /// <summary>As many as there are, in the form that the language has for one or for several.</summary>
    public string Count(int number, string one, string several) =>
        Fill(texts.Raw(language, number == 1 ? one : several), ("n", number));

    /// <summary>What an act costs, or why no amount is told.</summary>
    public string Fee(Fee? fee) => fee switch
    {
        null => Raw("choice.no-fee"),
        { Amount: 0 } => Raw("choice.free-of-charge"),
        var known => known.In(language),
    };

    /// <summary>For attributes and titles, which cannot show readings.</summary>
    public string Plain(string key, params ReadOnlySpan<(string Place, object? Value)> values) =>
        Ruby.Plain(Fill(texts.Raw(language, key), values));

    public MarkupString Of(LocalText text) => Markup(text.In(language));

    public string PlainOf(LocalText text) => text.PlainIn(language);

    public MarkupString Date(DateOnly date) => Markup(DateForms.Long(date, language));

    public string PlainDate(DateOnly date) => Ruby.Plain(DateForms.Long(date, language));

    public MarkupString Moment(DateTimeOffset at) => Markup(RawMoment(at));

    public static MarkupString Markup(string raw)
    {
        var html = new StringBuilder(raw.Length + 32);
        foreach (var (text, reading) in Ruby.Segments(raw))
        {
            var escaped = encoder.Encode(text);
            if (reading is null) html.Append(escaped);
            else
                html.Append("<ruby>").Append(escaped).Append("<rp>（</rp><rt>")
                    .Append(encoder.Encode(reading)).Append("</rt><rp>）</rp></ruby>");
        }
        return new(html.ToString());
    }

    private string RawMoment(DateTimeOffset at) => DateForms.Moment(TimeZoneInfo.ConvertTime(at, zone), language);

    private string Fill(string raw, params ReadOnlySpan<(string Place, object? Value)> values)
    {
        foreach (var (place, value) in values)
            raw = raw.Replace("{" + place + "}", Shown(value), StringComparison.Ordinal);
        return raw;
    }

    private string Shown(object? value) => value switch
    {
        null => "",
        LocalText text => text.In(language),
        DateOnly date => DateForms.Long(date, language),
        DateTimeOffset at => RawMoment(at),
        int number => number.ToString("N0", CultureInfo.InvariantCulture),
        long number => number.ToString("N0", CultureInfo.InvariantCulture),
        MarkupString markup => throw new InvalidOperationException($"Fill in the text, not its markup: {markup.Value}"),
        var other => Convert.ToString(other, CultureInfo.InvariantCulture) ?? "",
    };
}
