using Musubi.Chip;
using Musubi.Chip.Apdu;

namespace Musubi.Fuzz;

/// <summary>What lies between a reader and the card: it hears everything, and sometimes something happens on
/// it.</summary>
internal sealed class CardWire(FuzzCard card) : ICardChannel
{
    private CardStep.Disturb? coming;
    private int untilThen;

    /// <summary>The last command as it reached the card.</summary>
    public byte[] Last { get; private set; } = [];

    /// <summary>True once something has happened to a command.</summary>
    public bool WasDisturbed { get; set; }

    /// <summary>Something will happen to a command.</summary>
    public void Expect(CardStep.Disturb disturbance) => (coming, untilThen) = (disturbance, disturbance.After);

    public ValueTask<ResponseApdu> Transmit(CommandApdu command, CancellationToken cancel = default)
    {
        var bytes = command.ToBytes();
        if (coming is not { } disturbance || untilThen-- > 0) return ValueTask.FromResult(Send(bytes));
        coming = null;
        WasDisturbed = true;
        return ValueTask.FromResult(Disturbed(disturbance, bytes));
    }

    /// <summary>Sends bytes as they are. Nothing protected may ever be seen here: this is the open wire.</summary>
    public ResponseApdu Send(byte[] bytes)
    {
        Last = bytes;
        var answer = card.Chip.Process(bytes);
        BrokenPromiseException.Unless(
            answer.AsSpan().IndexOf(FuzzCard.EidMark) < 0, "No protected byte of the eID leaves the card in clear.");
        BrokenPromiseException.Unless(
            answer.AsSpan().IndexOf(FuzzCard.TravelMark) < 0, "No zone leaves the card outside a channel of PACE.");
        return ResponseApdu.Parse(answer);
    }

    private ResponseApdu Disturbed(CardStep.Disturb disturbance, byte[] command)
    {
        switch (disturbance.What)
        {
            case Disturbance.Pulled:
                Send(command);
                card.Chip.PowerOn();
                throw new CardChannelException(CardChannelFault.CardRemoved);
            case Disturbance.Truncated:
                return Send(command[..(command.Length / 2)]);
            case Disturbance.CommandBit:
                Turn(command, disturbance.After);
                return Send(command);
            case Disturbance.AnswerBit:
                var answer = Send(command).ToBytes();
                Turn(answer, disturbance.After);
                return ResponseApdu.Parse(answer);
            case Disturbance.Repeated:
                Send(command);
                return Send(command);
        }
        throw new ArgumentOutOfRangeException(nameof(disturbance));
    }

    private static void Turn(byte[] bytes, int place) => bytes[place * 7 % bytes.Length] ^= (byte)(1 << (place % 8));
}
