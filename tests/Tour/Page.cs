using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;

namespace Musubi.Tour;

/// <summary>A page as a person without JavaScript has it: what it says, its links and its forms.</summary>
internal sealed class Page(Uri address, int status, string source)
{
    private readonly IHtmlDocument _document = new HtmlParser().ParseDocument(source);

    public Uri Address { get; } = address;

    public int Status { get; } = status;

    /// <summary>The bytes as they came: what a landlord's machine could keep.</summary>
    public string Source { get; } = source;

    public string Words => Squeeze(_document.Body?.TextContent ?? "");

    public bool Has(string selector) => _document.QuerySelector(selector) is not null;

    public string Link(string selector) =>
        Need(selector).GetAttribute("href") ?? throw NotFound($"an address on {selector}");

    /// <summary>The rows of the page's tables: the words of each cell.</summary>
    public IReadOnlyList<Row> Rows => [.. _document.QuerySelectorAll("tbody tr").Select(row => new Row(this, row))];

    /// <summary>The form with this id, action or name, with every field as the page filled it.</summary>
    public Form Form(string selector) =>
        new(this, Need(selector) as IHtmlFormElement ?? throw NotFound($"a form {selector}"));

    internal static string Squeeze(string text) =>
        string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    private IElement Need(string selector) => _document.QuerySelector(selector) ?? throw NotFound(selector);

    private TourException NotFound(string what) => new(
        $"{Address.PathAndQuery} ({Status}) has no {what}. The page says: {Words[..Math.Min(Words.Length, 600)]}");
}

/// <summary>One row of a table.</summary>
internal sealed class Row(Page page, IElement row)
{
    public IReadOnlyList<string> Cells { get; } = [.. row.Children.Select(cell => Page.Squeeze(cell.TextContent))];

    /// <summary>What stands in fixed-width letters: numbers as printed on a card.</summary>
    public IReadOnlyList<string> Printed { get; } =
        [.. row.QuerySelectorAll("td:nth-child(3) .mono").Select(one => Page.Squeeze(one.TextContent))];

    public Form? Form => row.QuerySelector("form") is IHtmlFormElement form ? new Form(page, form) : null;
}

/// <summary>A form about to be sent: hidden fields as they stand, the rest as the person fills them.</summary>
internal sealed class Form
{
    private readonly Dictionary<string, string> _values = [];

    public Form(Page page, IHtmlFormElement form)
    {
        Action = new Uri(page.Address, form.GetAttribute("action") ?? page.Address.PathAndQuery);
        IsPost = string.Equals(form.Method, "post", StringComparison.OrdinalIgnoreCase);
        foreach (var field in form.Elements)
        {
            var name = field.GetAttribute("name");
            if (string.IsNullOrEmpty(name)) continue;
            switch (field)
            {
                case IHtmlInputElement { Type: "checkbox" or "radio", IsChecked: false }:
                case IHtmlButtonElement:
                    break;
                case IHtmlInputElement input: _values[name] = input.Value; break;
                case IHtmlSelectElement select: _values[name] = select.Value ?? ""; break;
                case IHtmlTextAreaElement area: _values[name] = area.Value; break;
            }
        }
    }

    public Uri Action { get; }

    public bool IsPost { get; }

    public IReadOnlyDictionary<string, string> Values => _values;

    public Form Fill(string name, string value)
    {
        _values[name] = value;
        return this;
    }
}
