using System.CommandLine;

namespace Musubi.Cli.Card;

/// <summary><c>musubi card</c>: virtual cards in an ordinary reader, and any card read.</summary>
internal static class CardCommand
{
    public static Command Create(TimeProvider time) =>
        new("card", "Residence cards, My Number cards and merged cards, virtual or real.")
        {
            MakeCommand.Create(time),
            ServeCommand.Create(time),
            ListCommand.Create(time),
            ReadCommand.Create(time),
        };
}
