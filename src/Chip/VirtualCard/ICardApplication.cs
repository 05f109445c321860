using Musubi.Chip.Apdu;

namespace Musubi.Chip.VirtualCards;

/// <summary>One application on a virtual card. It sees plain commands: the card's session unwraps secure
/// messaging.</summary>
public interface ICardApplication
{
    /// <summary>The application identifier, compared in full length on SELECT.</summary>
    ReadOnlyMemory<byte> Aid { get; }

    /// <summary>Whether it opens commands of class 0C itself, under a key of its own; else the card's session
    /// does.</summary>
    bool OpensProtectedCommands => false;

    /// <summary>Whether a name is that of a folder which can be selected while the application is.</summary>
    bool HasFolder(ReadOnlySpan<byte> name) => false;

    /// <summary>Answers one command while the application is selected. Never throws for what a terminal
    /// sends.</summary>
    ResponseApdu Process(CommandApdu command);

    /// <summary>Forgets everything volatile: power-off, reset, or another application was selected.</summary>
    void Reset();
}

/// <summary>The durable memory of a card.</summary>
public interface ICardMemory
{
    /// <summary>
    /// Makes the applications' state durable as one whole. An application calls it before it answers when a counter,
    /// a key or a file changed: what a terminal was told survives the card being pulled.
    /// </summary>
    void Persist();
}
