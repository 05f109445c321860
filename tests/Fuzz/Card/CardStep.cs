using Musubi.Chip.CvCertificates;
using Musubi.Chip.Pace;

namespace Musubi.Fuzz;

/// <summary>One thing that somebody does with a card: a right step, a wrong one, or an attack.</summary>
public abstract record CardStep
{
    private CardStep() { }

    /// <summary>Takes the card off the reader and puts it back.</summary>
    public sealed record Power : CardStep;

    /// <summary>Sends bytes past any secure channel.</summary>
    public sealed record Raw(ReadOnlyMemory<byte> Bytes) : CardStep;

    /// <summary>Sends a command inside the secure channel, should there be one.</summary>
    public sealed record Protected(ReadOnlyMemory<byte> Command) : CardStep;

    /// <summary>Sends the last command again, byte by byte as it went over the wire.</summary>
    public sealed record Replay : CardStep;

    /// <summary>Something happens on the wire to a command that is still to come.</summary>
    /// <param name="What">What happens.</param>
    /// <param name="After">How many commands get through before.</param>
    public sealed record Disturb(Disturbance What, int After) : CardStep;

    /// <summary>Runs PACE.</summary>
    /// <param name="Kind">With which password.</param>
    /// <param name="IsRight">The right one, or another.</param>
    /// <param name="Asked">Rights asked for; null asks for none at all.</param>
    /// <param name="Inside">Inside the channel that stands, as a suspended PIN needs it.</param>
    public sealed record OpenPace(PacePasswordKind Kind, bool IsRight, EidRights? Asked, bool Inside) : CardStep;

    /// <summary>Runs terminal authentication.</summary>
    public sealed record ProveTerminal(TerminalKind Terminal) : CardStep;

    /// <summary>Runs chip authentication.</summary>
    public sealed record ProveChip : CardStep;

    /// <summary>Selects the eID application and reads one group.</summary>
    /// <param name="Group">1 to 21.</param>
    /// <param name="IsOdd">By READ BINARY with the odd instruction, which wraps offset and answer.</param>
    public sealed record Read(int Group, bool IsOdd = false) : CardStep;

    /// <summary>Selects the eID application and writes one group.</summary>
    public sealed record Write(int Group) : CardStep;

    /// <summary>Asks for the pseudonym in the terminal's first sector.</summary>
    public sealed record Identify : CardStep;
}

/// <summary>What can happen on the wire.</summary>
public enum Disturbance
{
    /// <summary>The card is pulled: the command arrives, its answer does not.</summary>
    Pulled,

    /// <summary>The command is cut in half.</summary>
    Truncated,

    /// <summary>One bit of the command is turned.</summary>
    CommandBit,

    /// <summary>One bit of the answer is turned.</summary>
    AnswerBit,

    /// <summary>The command arrives twice.</summary>
    Repeated,
}

/// <summary>Terminals that try to be believed.</summary>
public enum TerminalKind
{
    /// <summary>Certified for everything.</summary>
    Full,

    /// <summary>Certified to read group 19, with the PIN only.</summary>
    Narrow,

    /// <summary>Certified for the verification of age, also with the CAN.</summary>
    AgeOnly,

    /// <summary>Certified by another country under the same names.</summary>
    Foreign,

    /// <summary>Its certificate is signed by itself.</summary>
    SelfMade,

    /// <summary>Has a right certificate and not its key.</summary>
    Thief,
}
