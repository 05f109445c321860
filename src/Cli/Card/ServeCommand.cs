using System.CommandLine;
using System.Globalization;
using Musubi.Chip.Readers.Vpcd;
using Musubi.Chip.VirtualCards;

namespace Musubi.Cli.Card;

/// <summary><c>musubi card serve</c>: plugs virtual cards into this machine's PC/SC daemon.</summary>
internal static class ServeCommand
{
    /// <summary>vpcd itself has two slots as packaged; a house with more has more daemons.</summary>
    private const int MostCards = 16;

    public static Command Create(TimeProvider time)
    {
        var files = new Argument<string[]>("FILE")
        {
            Description = $"Card files, one slot each: the first at the port, the next at the port after it; at most "
                + string.Create(CultureInfo.InvariantCulture, $"{MostCards}."),
            Arity = new(1, MostCards),
        };
        var vpcd = new Option<string>("--vpcd")
        {
            Description = "Where the reader listens for its first slot, HOST:PORT.",
            DefaultValueFactory = _ => VpcdAddress.Default.ToString(),
        };
        var json = new Option<bool>("--json") { Description = "Print every change as one JSON object on a line." };
        vpcd.Validators.Add(result =>
        {
            // A default has no words to look at.
            if (!result.Implicit && !VpcdAddress.TryParse(result.Tokens.FirstOrDefault()?.Value ?? "", out _))
                result.AddError("--vpcd takes HOST:PORT, such as 127.0.0.1:35963.");
        });

        var serve = new Command("serve",
            """
            Plugs virtual cards into pcscd, until Ctrl-C takes them out. Every PC/SC program then finds them in the
            readers "Virtual PCD 00 00", "Virtual PCD 00 01" and so on. What a program changes on a card, such as a
            PIN or its tries, is kept in its file.

            Needs the Debian packages pcscd and vsmartcard-vpcd. A daemon that is not there yet, or is restarted, is
            waited for.

            Examples:
              musubi card serve number.card
              musubi card serve residence.card merged.card --vpcd 127.0.0.1:35963
            """)
        { files, vpcd, json };
        serve.SetAction((parsed, cancel) =>
        {
            _ = VpcdAddress.TryParse(parsed.GetValue(vpcd)!, out var first);
            return Serve(parsed.GetValue(files)!, first!.Value, parsed.GetValue(json), time, cancel);
        });
        return serve;
    }

    private static async Task<int> Serve(
        string[] files, VpcdAddress first, bool json, TimeProvider time, CancellationToken cancel)
    {
        if (first.Port + files.Length - 1 > ushort.MaxValue)
        {
            await Console.Error.WriteLineAsync("musubi: There are not so many ports after this one.");
            return Verbs.WrongUsage;
        }
        var cards = new List<VirtualCard>();
        try
        {
            foreach (var file in files) cards.Add(VirtualCard.Open(file));
            var slots = cards.Select((card, index) =>
            {
                var address = first.Slot(index);
                return new VpcdSlot(card, address, time, new Line(card, address, json)).Run(cancel);
            });
            await Task.WhenAll(slots);
            return Verbs.Done;
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            if (!json) await Console.Out.WriteLineAsync("All cards taken out.");
            return Verbs.Done;
        }
        finally
        {
            foreach (var card in cards) card.Dispose();
        }
    }

    /// <summary>One line a change. Neither name nor number of the holder: a terminal may be seen by others.</summary>
    private sealed class Line(VirtualCard card, VpcdAddress address, bool json) : IProgress<VpcdState>
    {
        public void Report(VpcdState value)
        {
            if (json)
                Verbs.WriteJson(new
                {
                    card = card.Path,
                    profile = card.Profile.ToString(),
                    vpcd = address.ToString(),
                    state = value.ToString(),
                });
            else
                Console.Out.WriteLine($"{Path.GetFileName(card.Path)} ({card.Profile}): {Sentence(value)}");
        }

        private string Sentence(VpcdState state) => state switch
        {
            VpcdState.Waiting =>
                $"nobody listens at {address}. Is pcscd with vsmartcard-vpcd running? Trying again until it is.",
            VpcdState.Connected => $"connected to {address}; the reader has not asked for the card yet.",
            VpcdState.Present => $"in the reader at {address}. Ctrl-C takes it out.",
        };
    }
}
