using System.CommandLine;

namespace Musubi.Cli.Log;

/// <summary><c>musubi log</c>: public logs, from outside.</summary>
internal static class LogCommand
{
    public static Command Create(TimeProvider time) =>
        new("log", "Transparency logs: their keys, witnesses and proofs (C2SP tlog-tiles).")
        {
            KeyCommand.Create(),
            WitnessCommand.Create(time),
            ProofCommand.Create(),
            VerifyCommand.Create(),
            AppendCommand.Create(time),
        };
}
