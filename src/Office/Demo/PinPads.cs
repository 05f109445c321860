using System.Collections.Concurrent;
using System.Collections.Immutable;
using Musubi.Counter;
using Musubi.Vocabulary;

namespace Musubi.Office.Demo;

/// <summary>What a PIN pad asks its holder for.</summary>
public enum PinAsk
{
    /// <summary>The four digits of a My Number or merged card.</summary>
    FourDigits,

    /// <summary>The six digits that open the eID application: the holder's consent to a reading.</summary>
    SixDigits,

    /// <summary>New PINs for a card that is about to be made.</summary>
    NewPins,
}

/// <summary>A question on a PIN pad, with everything that its holder must know before answering.</summary>
/// <param name="Ask">What is to be typed.</param>
/// <param name="For">The entry that would read, or null at the desk.</param>
public sealed record PinQuestion(PinAsk Ask, EntryId? For);

/// <summary>What a holder typed and allowed. It lives until its one use, for at most a minute.</summary>
/// <param name="Allowed">Optional fields that the holder lets this reading have.</param>
public sealed record TypedPins(string Four, string Six, string Signature, ImmutableArray<FieldId> Allowed)
{
    public ChosenPins New => new(Four, Six, Signature);

    public bool Answers(PinAsk? ask) => ask switch
    {
        PinAsk.FourDigits => IsDigits(Four, 4),
        PinAsk.SixDigits => IsDigits(Six, 6),
        PinAsk.NewPins => New.IsWellFormed,
        null => IsDigits(Four, 4) || IsDigits(Six, 6),
    };

    public override string ToString() => nameof(TypedPins);

    private static bool IsDigits(string text, int length) => text.Length == length && text.All(char.IsAsciiDigit);
}

/// <summary>The PIN pads beside the readers of the demonstration. A PIN typed there is for the next use of that reader
/// and for one minute; it is never shown, written down or sent to the other page.</summary>
public sealed class PinPads(TimeProvider time)
{
    private static readonly TimeSpan life = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<string, PinQuestion> questions = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, (TypedPins Pins, long At)> typed = new(StringComparer.Ordinal);

    public PinQuestion? QuestionOn(string reader) => questions.GetValueOrDefault(reader);

    public bool HasAnswer(string reader) => typed.TryGetValue(reader, out var pins) && IsFresh(pins.At);

    public void Ask(string reader, PinQuestion question)
    {
        if (questions.Count < Readers.MostReaders || questions.ContainsKey(reader)) questions[reader] = question;
    }

    public void Type(string reader, TypedPins pins)
    {
        if (typed.Count < Readers.MostReaders || typed.ContainsKey(reader)) typed[reader] = (pins, time.GetTimestamp());
    }

    /// <summary>What was typed, once. Null when nobody typed anything in the last minute.</summary>
    public TypedPins? Take(string reader)
    {
        questions.TryRemove(reader, out _);
        return typed.TryRemove(reader, out var pins) && IsFresh(pins.At) ? pins.Pins : null;
    }

    private bool IsFresh(long at) => time.GetElapsedTime(at) < life;
}
