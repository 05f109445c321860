using Musubi.Chip;
using Musubi.Chip.Readers.InProcess;
using Musubi.Chip.Readers.Pcsc;
using Musubi.Chip.VirtualCards;

namespace Musubi.Cli.Card;

/// <summary>Where the card is: a PC/SC reader, or a file.</summary>
internal sealed class CardSource : IDisposable
{
    private readonly VirtualCard? virtualCard;
    private readonly InProcessReader? slot;
    private PcscCard? open;

    private CardSource(string name, VirtualCard? card = null)
    {
        (Name, virtualCard) = (name, card);
        if (card is null) return;
        slot = new InProcessReader(name);
        slot.Insert(card);
    }

    /// <summary>The reader's name, or the file's.</summary>
    public string Name { get; }

    /// <exception cref="CardFileException">The file cannot be used.</exception>
    public static CardSource File(string path) => new(Path.GetFileName(path), VirtualCard.Open(path));

    public static CardSource Reader(string name) => new(name);

    /// <summary>A fresh conversation: the card has forgotten the one before.</summary>
    public async ValueTask<PcscResult<ICardChannel>> Connect(CancellationToken cancel)
    {
        if (slot is not null) return new PcscResult<ICardChannel>(slot.Connect());
        open?.Dispose();
        open = null;
        var connected = await PcscReaders.Connect(Name, cancel);
        if (connected.Refusal is { } refusal) return refusal;
        open = connected.Value;
        return new PcscResult<ICardChannel>(open);
    }

    public void Dispose()
    {
        open?.Dispose();
        virtualCard?.Dispose();
    }
}
