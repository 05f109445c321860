using System.Collections.Immutable;
using System.Globalization;
using Microsoft.AspNetCore.Components;
using Musubi.Access;
using Musubi.Office.Hosting;
using Musubi.Office.Texts;
using Musubi.Vocabulary;

namespace Musubi.Office.Editor;

/// <summary>An entry as typed, field by field; what is not right stays as it was typed.</summary>
public sealed record EntryForm(
    string Id, ImmutableDictionary<string, string> Texts, ImmutableDictionary<FieldId, string> Fields,
    ImmutableHashSet<FieldId> Writes, bool PublicBody, bool CanAllowed)
{
    public const string Required = "required";
    public const string Optional = "optional";
    public const string Not = "not";

    /// <summary>Texts in every language: the form's names for them and the texts that label them.</summary>
    public static readonly ImmutableArray<(string Name, string Label)> Local =
    [
        ("legalName", "editor.legal-name"), ("purpose", "editor.purpose"), ("legalBasis", "list.basis"),
        ("place", "list.place"),
    ];

    public static readonly ImmutableArray<(string Name, string Label, bool IsDate)> Single =
    [
        ("identifier", "list.identifier", false), ("validFrom", "editor.valid-from", true),
        ("validUntil", "editor.valid-until", true), ("reviewDate", "editor.review-date", true),
        ("contact", "list.contact", false), ("complaintAddress", "list.complain", false),
    ];

    public static string KeyOf(Language language) => language.Stored switch
    {
        "ja-easy" => "editor.in-ja-easy",
        "en" => "editor.in-en",
        _ => "editor.in-ja",
    };

    public static EntryForm Empty { get; } = new("", ImmutableDictionary<string, string>.Empty,
        ImmutableDictionary<FieldId, string>.Empty, [], PublicBody: false, CanAllowed: false);

    public string this[string name] => Texts.GetValueOrDefault(name, "");

    public static EntryForm Of(AccessEntry entry)
    {
        var texts = ImmutableDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var language in Language.All)
        {
            texts[$"legalName-{language}"] = entry.LegalName.In(language);
            texts[$"purpose-{language}"] = entry.Purpose.In(language);
            texts[$"legalBasis-{language}"] = entry.LegalBasis.In(language);
            texts[$"place-{language}"] = entry.Place.In(language);
        }
        texts["identifier"] = entry.Identifier;
        texts["validFrom"] = Day(entry.ValidFrom);
        texts["validUntil"] = Day(entry.ValidUntil);
        texts["reviewDate"] = Day(entry.ReviewDate);
        texts["contact"] = entry.Contact;
        texts["complaintAddress"] = entry.ComplaintAddress;
        return new(entry.Id.Stored, texts.ToImmutable(),
            entry.Fields.ToImmutableDictionary(
                field => field, field => entry.OptionalFields.Contains(field) ? Optional : Required),
            [.. entry.Writes], entry.PublicBody, entry.CanAllowed);
    }

    public static EntryForm Of(IFormCollection form, CardLayout card)
    {
        var names = Local.SelectMany(text => Language.All.Select(language => $"{text.Name}-{language}"))
            .Concat(Single.Select(text => text.Name));
        return new(form.Text("id"),
            names.ToImmutableDictionary(name => name, form.Text, StringComparer.Ordinal),
            card.Fields.Where(field => form.Text($"field-{field.Id}") is Required or Optional)
                .ToImmutableDictionary(field => field.Id, field => form.Text($"field-{field.Id}")),
            [.. card.Fields.Where(field => form.Text($"write-{field.Id}").Length > 0).Select(field => field.Id)],
            form.Text("publicBody").Length > 0, form.Text("canAllowed").Length > 0);
    }

    /// <summary>The entry, or what to put right, each with the field that it is about.</summary>
    public IReadOnlyList<(string Field, MarkupString Sentence)> Read(
        CardLayout card, AccessList list, Words words, out AccessEntry? entry)
    {
        entry = null;
        var errors = new List<(string, MarkupString)>();
        void Missing(string field, string what) => errors.Add((field, words.Say("editor.missing", ("what", what))));
        if (!EntryId.TryParse(Id, out var id)) Missing("id", words.Raw("editor.id"));
        foreach (var (name, label) in Local)
            foreach (var language in Language.All)
                if (this[$"{name}-{language}"].Length == 0)
                    Missing($"{name}-{language}", $"{words.Raw(label)} ({words.Raw(KeyOf(language))})");
        foreach (var (name, label, isDate) in Single)
            if (this[name].Length == 0 || (isDate && !TryDay(this[name], out _))) Missing(name, words.Raw(label));
        if (Fields.IsEmpty) Missing("fields", words.Raw("editor.fields"));
        if (errors.Count > 0) return errors;

        var made = Made(id, list.Find(id)?.RevokedOn, card);
        // The door of every list: what it refuses here would be refused at publication too.
        var alone = new AccessList(list.Version, list.PublishedOn, [made]);
        if (AccessList.TryRead(AccessListJson.Write(alone), card, out var read, out var problems))
            entry = read.Entries[0];
        foreach (var problem in problems) errors.Add(("id", words.Say("editor.not-right", ("what", problem))));
        return errors;
    }

    private AccessEntry Made(EntryId id, DateOnly? revoked, CardLayout card)
    {
        LocalText Text(string name) => new(Language.All.ToImmutableDictionary(
            language => language, language => this[$"{name}-{language}"]));
        DateOnly Date(string name) => TryDay(this[name], out var day) ? day : default;
        ImmutableArray<FieldId> Chosen(Func<FieldId, bool> chosen) =>
            [.. card.Fields.Select(field => field.Id).Where(chosen)];
        return new AccessEntry(id, Text("legalName"), this["identifier"], PublicBody, Text("purpose"),
            Text("legalBasis"), Chosen(Fields.ContainsKey),
            Chosen(field => Fields.GetValueOrDefault(field) is Optional), Chosen(Writes.Contains), Text("place"),
            CanAllowed, Date("validFrom"), Date("validUntil"), Date("reviewDate"), this["contact"],
            this["complaintAddress"], revoked);
    }

    private static bool TryDay(string text, out DateOnly day) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out day);

    private static string Day(DateOnly day) => day.ToString("O", CultureInfo.InvariantCulture);
}
