using Musubi.Chip.Apdu;

namespace Musubi.Fuzz;

/// <summary>Commands and answers: what was read is written and read again as the same.</summary>
internal static class ApduTarget
{
    public static void Feed(byte[] input)
    {
        var isRead = CommandApdu.TryRead(input, out var command);
        try
        {
            BrokenPromiseException.Unless(
                CommandApdu.Parse(input).Equals(command), "Parse and TryRead read the same command.");
        }
        catch (ApduException)
        {
            BrokenPromiseException.Unless(!isRead, "Parse throws for what TryRead refuses.");
        }
        if (command is not null)
            BrokenPromiseException.Unless(
                CommandApdu.Parse(command.ToBytes()) == command, "A command written is read as the same.");

        if (!ResponseApdu.TryRead(input, out var response)) return;
        BrokenPromiseException.Unless(
            response.ToBytes().AsSpan().SequenceEqual(input), "An answer is written as it was read.");
    }
}
