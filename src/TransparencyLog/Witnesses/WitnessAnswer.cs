using System.Globalization;
using Musubi.TransparencyLog.Notes;

namespace Musubi.TransparencyLog.Witnesses;

/// <summary>An answer over HTTP, for whatever serves it.</summary>
/// <param name="Status">HTTP status code.</param>
/// <param name="ContentType">Value of the header.</param>
/// <param name="Refusal">Why not, where nothing was cosigned.</param>
public sealed record WitnessAnswer(
    int Status, string ContentType, ReadOnlyMemory<byte> Body, WitnessRefusal? Refusal = null)
{
    /// <summary>Content type of the size in a 409.</summary>
    public const string SizeType = "text/x.tlog.size";

    internal const string TextType = "text/plain; charset=utf-8";
    private const int Ok = 200;
    private const int NotFound = 404;
    private const int WrongMethod = 405;

    internal static WitnessAnswer Text(string text) => new(Ok, TextType, NoteText.Utf8.GetBytes(text));

    internal static WitnessAnswer Json(byte[] json) => new(Ok, "application/json", json);

    internal static WitnessAnswer Stale(long size) => new(WitnessRefusal.Stale.Status(), SizeType,
        NoteText.Utf8.GetBytes(NoteText.Number(size) + "\n"), WitnessRefusal.Stale);

    internal static WitnessAnswer Refused(WitnessRefusal refusal, string? detail = null) =>
        new(refusal.Status(), TextType,
            NoteText.Utf8.GetBytes(detail is null ? $"{refusal.Sentence()}\n" : $"{refusal.Sentence()} ({detail})\n"),
            refusal);

    internal static WitnessAnswer NothingThere() =>
        new(NotFound, TextType, NoteText.Utf8.GetBytes("Nothing is here.\n"));

    internal static WitnessAnswer OtherMethod(string allowed) => new(WrongMethod, TextType,
        NoteText.Utf8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"This path takes {allowed}.\n")));
}
