using Musubi.Access;
using Musubi.Chip;
using Musubi.Chip.Readers;
using Musubi.Office.Demo;
using Musubi.Office.Hosting;
using Musubi.Vocabulary;

namespace Musubi.Office.Verify;

/// <summary>From a card on a verifier's reader to the answer on the screen. What a verifier may know is decided by
/// Access and enforced by the chip; this only shows it.</summary>
public sealed class Verifying(House house, Readers readers, PinPads pads)
{
    private const int CanLength = 6;

    /// <param name="asked">What a program asks for by name; null for what the entry names.</param>
    public async Task<VerifyAnswer> Read(
        EntryId id, string reader, string can, IReadOnlyCollection<FieldId>? asked, CancellationToken cancel)
    {
        var typed = pads.Take(reader);
        if (house.Premises.Access.Lists.Current.List.Find(id) is not { } entry)
            return VerifyAnswer.Without(Verdict.CannotSay, new Refusal(RefusalCode.EntryUnknown, Entry: id));
        if (readers.Card(reader) is not { } card)
            return VerifyAnswer.Without(Verdict.CannotSay, new Refusal(RefusalCode.NoCard));
        if (Password(typed, can) is not { } password)
            return VerifyAnswer.Without(Verdict.CannotSay, new Refusal(
                can.Length == 0 ? RefusalCode.PinNeeded : RefusalCode.InputNotUnderstood, Entry: id));
        // An optional field is read only where the holder allowed it at their own pad.
        var struck = entry.OptionalFields.Where(field => typed?.Allowed.Contains(field) is not true).ToList();
        return Answer(await house.Premises.Readings.Read(id, struck, card, password, reader, asked, cancel));
    }

    /// <summary>What was typed says which kind of card it is; a PIN at the holder's own pad opens a merged one.
    /// </summary>
    private static ReadingPassword? Password(TypedPins? typed, string printed)
    {
        if (ResidenceCardNumber.TryParseTyped(printed, out var card)) return new ReadingPassword.CardNumber(card);
        var digits = Typed.Compact(printed) ?? "";
        if (digits.Length == ReadingPassword.NumberB.Length && digits.All(char.IsAsciiDigit))
            return new ReadingPassword.NumberB(digits);
        if (typed is { Six.Length: CanLength } pins) return new ReadingPassword.Pin(pins.Six);
        return digits.Length == CanLength && digits.All(char.IsAsciiDigit) ? new ReadingPassword.Can(digits) : null;
    }

    private static VerifyAnswer Answer(ReadingOutcome outcome) => outcome switch
    {
        ReadingOutcome.Given given => new VerifyAnswer(Verdict.Valid, null,
            [.. given.Fields.Where(field => field.Image.IsEmpty)],
            given.Fields.FirstOrDefault(field => !field.Image.IsEmpty)?.Image ?? [])
        {
            NotOnCard = given.NotOnCard,
            CarriedUntil = given.CarriedUntil,
            IsUnprotected = given.Kind is CardKind.Separate,
        },
        ReadingOutcome.Refused refused => VerifyAnswer.Without(VerdictOf(refused.Why.Code), refused.Why),
        _ => throw new InvalidOperationException($"Access gives no {outcome.GetType().Name}."),
    };

    /// <summary>A card that ended is "not valid", one that nobody issued "not real", a record in doubt is "under
    /// correction"; all else has no answer now.</summary>
    private static Verdict VerdictOf(RefusalCode code)
    {
        if (code is RefusalCode.LinkContested or RefusalCode.CardWriteUnfinished) return Verdict.UnderCorrection;
        if (code is RefusalCode.CardForged or RefusalCode.CardUnknown or RefusalCode.ForeignCard)
            return Verdict.NotReal;
        var ended = code is RefusalCode.CardLost or RefusalCode.CardReplaced or RefusalCode.CardReturned
            or RefusalCode.CardExpired or RefusalCode.CardNotHandedOver or RefusalCode.NoLink
            or RefusalCode.StayEnded;
        return ended ? Verdict.NotValid : Verdict.CannotSay;
    }
}
