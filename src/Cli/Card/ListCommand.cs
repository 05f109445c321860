using System.Collections.Immutable;
using System.CommandLine;
using Musubi.Chip.Readers.Pcsc;

namespace Musubi.Cli.Card;

/// <summary><c>musubi card list</c>: the card readers of this machine and what lies in them.</summary>
internal static class ListCommand
{
    public static Command Create(TimeProvider time)
    {
        var watch = new Option<bool>("--watch")
        {
            Description = "Go on and print the list again whenever a card or reader comes or goes, until Ctrl-C.",
        };
        var json = new Option<bool>("--json") { Description = "Print each list as one JSON object on a line." };
        var list = new Command("list",
            """
            Lists the PC/SC readers of this machine and what lies in them.
            Exit code 1 means that there is no reader, 3 that no PC/SC daemon runs.

            Examples:
              musubi card list
              musubi card list --watch --json
            """)
        { watch, json };
        list.SetAction(async (parsed, cancel) => parsed.GetValue(watch)
            ? await Watch(parsed.GetValue(json), time, cancel)
            : Show(PcscReaders.List(), parsed.GetValue(json)));
        return list;
    }

    private static async Task<int> Watch(bool json, TimeProvider time, CancellationToken cancel)
    {
        try
        {
            await foreach (var view in PcscReaders.Watch(time, cancel))
            {
                Show(view, json);
                if (!json) await Console.Out.WriteLineAsync();
            }
            return Verbs.Done;
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            return Verbs.Done;
        }
    }

    private static int Show(PcscResult<ImmutableArray<PcscReader>> listed, bool json)
    {
        if (listed.Refusal is { } refusal)
        {
            Console.Error.WriteLine($"musubi: {refusal}");
            if (json) Verbs.WriteJson(new { refused = refusal.Fault.ToString() });
            return PcscExit.Of(refusal.Fault);
        }
        if (json)
        {
            Verbs.WriteJson(new
            {
                readers = listed.Value.Select(reader => new
                {
                    name = reader.Name,
                    slot = reader.Slot.ToString(),
                    answerToReset = Convert.ToHexStringLower(reader.AnswerToReset.AsSpan()),
                }),
            });
        }
        else if (listed.Value.IsEmpty)
        {
            Console.Out.WriteLine("No card reader is connected.");
        }
        foreach (var reader in json ? [] : listed.Value)
            Console.Out.WriteLine($"{reader.Name}: {Sentence(reader)}");
        return listed.Value.IsEmpty ? Verbs.ExpectedNo : Verbs.Done;
    }

    private static string Sentence(PcscReader reader) => reader.Slot switch
    {
        PcscSlot.Empty => "no card",
        PcscSlot.Card => $"card, answer to reset {Convert.ToHexStringLower(reader.AnswerToReset.AsSpan())}",
        PcscSlot.CardInUse => "card, in use by another program",
        PcscSlot.CardUnresponsive => "a card that does not answer",
        PcscSlot.Gone => "just unplugged",
    };
}

/// <summary>Exit codes of what PC/SC refuses.</summary>
internal static class PcscExit
{
    /// <summary>No reader or no card is an answer; a daemon that is not there is a fault.</summary>
    public static int Of(PcscFault fault) => fault switch
    {
        PcscFault.NoSuchReader or PcscFault.NoCard or PcscFault.CardInUse or PcscFault.CardUnresponsive =>
            Verbs.ExpectedNo,
        PcscFault.NotInstalled or PcscFault.ServiceNotRunning or PcscFault.NotAllowed or PcscFault.Other =>
            Verbs.Fault,
    };
}
