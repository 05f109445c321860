using System.CommandLine;
using Musubi.Cli;
using Musubi.Cli.Access;
using Musubi.Cli.Card;
using Musubi.Cli.Log;

var root = new RootCommand(
    """
    musubi: the operator's, integrator's and critic's tool.

    Exit codes: 0 done · 1 an expected no · 2 wrong usage · 3 a fault.
    """);
root.Subcommands.Add(PopulationCommand.Create(TimeProvider.System));
root.Subcommands.Add(CardCommand.Create(TimeProvider.System));
root.Subcommands.Add(LogCommand.Create(TimeProvider.System));
root.Subcommands.Add(AccessCommand.Create(TimeProvider.System));
return await Verbs.Run(root, args, Console.Error);
