using System.CommandLine;
using System.Globalization;
using Musubi.Chip;
using Musubi.Chip.Readers.Pcsc;
using Musubi.Cli.Access;
using Spectre.Console;

namespace Musubi.Cli.Card;

/// <summary><c>musubi card read</c>: recognises a card, reads what it may, and says what the rest needs.</summary>
internal static class ReadCommand
{
    private const int TextPinLength = 4;
    private const int MostNumbers = 2;

    public static Command Create(TimeProvider time)
    {
        var reader = new Option<string?>("--reader") { Description = "The PC/SC reader; else the one with a card." };
        var file = new Option<string?>("--file") { Description = "A virtual card's file in place of a reader." };
        var number = new Option<string[]>("--number")
        {
            Description = "What is printed on the card: a residence card's number (AA12345678BB), a merged card's CAN "
                + "(six digits), a My Number card's number B (14 digits: birth date, year of expiry, security code). "
                + "A specified card (07, 08) has two: give the option twice.",
            Arity = new(0, MostNumbers),
        };
        var pin = new Option<bool>("--pin") { Description = "Ask for the text application's PIN, without showing it." };
        var pinFrom = new Option<int?>("--pin-fd")
        {
            Description = "Read that PIN from this file descriptor, first line; 0 is standard input.",
        };
        var trust = new Option<string?>("--trust")
        {
            Description = "A folder with residence-authority.crt.pem, country-signer.crt.pem and text-root.rsa.pem, "
                + "such as a demonstration's issuer keys; without it signatures are not checked. "
                + "Specified cards (07, 08) also need session-delivery.rsa.pem.",
        };
        var law = new Option<string?>("--jurisdiction")
        {
            Description = "Folder of the jurisdiction; jurisdictions/japan if not given.",
        };
        var language = AccessCommand.LanguageOption();
        var json = new Option<bool>("--json") { Description = "Print the result as one JSON object." };
        var read = new Command("read",
            """
            Recognises a residence card (05, 06), a specified one (07, 08), a My Number card or a merged card, reads
            what it gives, and says for every other field what would open it. PINs are never taken from the command
            line and never printed. A PIN is sent to the card only when you ask for it: a wrong one costs a try.
            Exit code 1 means no card, or a number or PIN that is not this card's.

            Examples:
              musubi card read
              musubi card read --number AA12345678BB --trust data/demo/keys
              musubi card read --reader "Virtual PCD 00 00" --pin
              musubi card read --file number.card --pin-fd 3 --json 3< pin.txt
            """)
        { reader, file, number, pin, pinFrom, trust, law, language, json };
        read.SetAction(async (parsed, cancel) =>
        {
            var (name, path) = (parsed.GetValue(reader), parsed.GetValue(file));
            if (name is not null && path is not null)
                return await Say(Verbs.WrongUsage, "Name a reader or a file, not both.");
            var secret = parsed.GetValue(pinFrom) is { } descriptor ? PinInput.From(descriptor)
                : parsed.GetValue(pin) ? PinInput.Ask("PIN of the text application (4 digits): ") : null;
            if (secret is not null && (secret.Length != TextPinLength || !secret.All(char.IsAsciiDigit)))
                return await Say(Verbs.WrongUsage, "The PIN has four digits. The card was not asked.");
            using var anchors = parsed.GetValue(trust) is { } folder
                ? ReaderTrust.Load(folder)
                : ReaderTrust.Nobody(time);
            var reading = new CardReading(
                anchors, [.. parsed.GetValue(number) ?? []], secret, parsed.GetValue(law),
                parsed.GetValue(language), time);
            return await Read(name, path, reading, parsed.GetValue(json), cancel);
        });
        return read;
    }

    private static async Task<int> Read(
        string? name, string? path, CardReading reading, bool json, CancellationToken cancel)
    {
        if (path is null && name is null)
        {
            var chosen = Choose();
            if (chosen.Name is null) return await Say(chosen.Code, chosen.Why);
            name = chosen.Name;
        }
        using var source = path is not null ? CardSource.File(path) : CardSource.Reader(name!);
        try
        {
            var report = await Verbs.ProgressConsole().Progress()
                .StartAsync(display => reading.Run(source, display.AddTask($"Reading {source.Name}"), cancel));
            if (report.Refusal is { } refusal) return await Say(PcscExit.Of(refusal.Fault), refusal.ToString());
            if (report.Value is not { } card)
                return await Say(Verbs.ExpectedNo, $"The card in {source.Name} is none that Musubi knows.");
            if (json) Verbs.WriteJson(card);
            else card.Print(Console.Out);
            return card.WrongInput ? Verbs.ExpectedNo : Verbs.Done;
        }
        catch (CardChannelException gone)
        {
            return await Say(Verbs.ExpectedNo, $"{gone.Message} Nothing was changed; put it back and try again.");
        }
    }

    private static (string? Name, int Code, string Why) Choose()
    {
        var listed = PcscReaders.List();
        if (listed.Refusal is { } refusal) return (null, PcscExit.Of(refusal.Fault), refusal.ToString());
        string[] withCard = [.. listed.Value.Where(one => one.HasCard).Select(one => one.Name)];
        return withCard.Length switch
        {
            1 => (withCard[0], Verbs.Done, ""),
            0 when listed.Value.Any(one => one.Slot == PcscSlot.CardUnresponsive) =>
                (null, Verbs.ExpectedNo, new PcscRefusal(PcscFault.CardUnresponsive, 0).ToString()),
            0 => (null, Verbs.ExpectedNo, string.Create(CultureInfo.InvariantCulture,
                $"There is no card in any of the {listed.Value.Length} readers. Put one in, or name a --file.")),
            _ => (null, Verbs.WrongUsage, $"Cards lie in several readers; choose one: --reader "
                + string.Join(" or --reader ", withCard.Select(one => $"\"{one}\""))),
        };
    }

    private static async Task<int> Say(int code, string why)
    {
        await Console.Error.WriteLineAsync($"musubi: {why}");
        return code;
    }
}
