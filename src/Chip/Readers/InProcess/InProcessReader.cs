using Musubi.Chip.Apdu;
using Musubi.Chip.VirtualCards;

namespace Musubi.Chip.Readers.InProcess;

/// <summary>A card reader inside this process: a virtual card is put on it and taken off again.</summary>
/// <remarks>
/// A channel belongs to one card from insertion to removal: a card that comes back is a new conversation, as on a
/// real reader. Safe for several threads.
/// </remarks>
public sealed class InProcessReader
{
    private readonly Lock gate = new();
    private VirtualCard? card;
    private int insertion;
    private int? commandsUntilPull;
    private TaskCompletionSource changed = NewSignal();

    /// <summary>Makes an empty reader.</summary>
    /// <param name="name">What people call it.</param>
    public InProcessReader(string name) => Name = name;

    /// <summary>What people call it.</summary>
    public string Name { get; }

    /// <summary>True while a card lies here.</summary>
    public bool CardPresent
    {
        get
        {
            lock (gate) return card is not null;
        }
    }

    /// <summary>Puts a card here. The caller still owns it and disposes it after removal.</summary>
    /// <exception cref="InvalidOperationException">A card lies here already.</exception>
    public void Insert(VirtualCard inserted)
    {
        ArgumentNullException.ThrowIfNull(inserted);
        lock (gate)
        {
            if (card is not null) throw new InvalidOperationException($"Reader {Name} already holds a card.");
            card = inserted;
            insertion++;
            commandsUntilPull = null;
            inserted.PowerOn();
            Tell();
        }
    }

    /// <summary>Takes the card away, also while a command runs: its answer is then lost.</summary>
    /// <returns>The card, or null when none lay here.</returns>
    public VirtualCard? Remove()
    {
        lock (gate)
        {
            var removed = card;
            if (removed is null) return null;
            card = null;
            insertion++;
            Tell();
            return removed;
        }
    }

    /// <summary>Starts a conversation: the card is reset.</summary>
    /// <exception cref="CardChannelException">No card lies here.</exception>
    public ICardChannel Connect()
    {
        lock (gate)
        {
            var present = card ?? throw new CardChannelException(CardChannelFault.CardRemoved);
            present.PowerOn();
            return new InProcessChannel(this, insertion);
        }
    }

    /// <summary>
    /// Pulls the card after so many more commands: the next one then reaches the card, and its answer is lost.
    /// </summary>
    public void FailAfter(int commands)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(commands);
        lock (gate) commandsUntilPull = commands;
    }

    /// <summary>Completes when a card comes or goes.</summary>
    public Task WaitForChange(CancellationToken cancel = default)
    {
        lock (gate) return changed.Task.WaitAsync(cancel);
    }

    private ResponseApdu Transmit(CommandApdu command, int of)
    {
        VirtualCard present;
        bool pull;
        lock (gate)
        {
            if (card is null || insertion != of) throw new CardChannelException(CardChannelFault.CardRemoved);
            present = card;
            pull = commandsUntilPull is 0;
            if (commandsUntilPull > 0) commandsUntilPull--;
        }

        // Outside the lock, so that Remove can come in between. The bytes take the way they would over a wire.
        var answer = present.Process(command.ToBytes());
        if (pull) Remove();
        lock (gate)
        {
            if (insertion != of) throw new CardChannelException(CardChannelFault.CardRemoved);
        }
        return ResponseApdu.Parse(answer);
    }

    private void Tell()
    {
        var old = changed;
        changed = NewSignal();
        old.SetResult();
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private sealed class InProcessChannel(InProcessReader reader, int insertion) : ICardChannel
    {
        public ValueTask<ResponseApdu> Transmit(CommandApdu command, CancellationToken cancel = default)
        {
            cancel.ThrowIfCancellationRequested();
            return ValueTask.FromResult(reader.Transmit(command, insertion));
        }
    }
}
