using System.Buffers;
using Musubi.Chip.Apdu;
using Musubi.Chip.SecureMessaging;

namespace Musubi.Chip.VirtualCards;

/// <summary>
/// What a card remembers from power-on to power-off, shared by all its applications: the secure channel and what its
/// protocols proved. Secure messaging is opened and closed here, once, so applications see plain commands.
/// </summary>
/// <remarks>
/// The card calls <see cref="Process"/> with what came over the wire and gives its own dispatch; class bytes with 0C
/// belong to this session, class 08 (residence and text applications) to the application itself, and so does 0C while
/// an application that opens it itself is selected (residence application of 07 and 08).
/// </remarks>
public sealed class CardSession
{
    /// <summary>The longest chained command: a certificate chain element is far below.</summary>
    public const int MaximumChainedLength = 8192;

    private const byte ChainingBit = 0x10;
    private const byte GeneralAuthenticate = 0x86;
    private readonly ArrayBufferWriter<byte> chained = new();
    private SecureMessagingSession? channel;
    private SecureMessagingSession? next;
    private (byte Ins, byte P1, byte P2)? chainedHeader;

    /// <summary>True while a secure channel is open; a short READ BINARY then gives at most 223 bytes.</summary>
    public bool IsSecure => channel is not null;

    /// <summary>Raised whenever rights are lost: volatile state of applications belongs to one epoch only.</summary>
    public int Epoch { get; private set; }

    /// <summary>What PACE, terminal and chip authentication proved.</summary>
    internal EacSession Eac { get; private set; } = new();

    /// <summary>Opens the command, lets the card answer it, and protects the answer.</summary>
    /// <param name="wire">The command as it came.</param>
    /// <param name="dispatch">Answers a plain, unchained command.</param>
    /// <param name="applicationOpens">The selected application opens class 0C itself.</param>
    public ResponseApdu Process(
        CommandApdu wire, Func<CommandApdu, ResponseApdu> dispatch, bool applicationOpens = false)
    {
        // FF is no class: readers use it for themselves, and a stray one must not cost the holder the session.
        if (wire.Cla == 0xFF) return new ResponseApdu(StatusWord.ClassNotSupported);
        if (!SecureMessagingSession.IsProtected(wire.Cla))
        {
            // A plain command ends the channel and everything that was proved in it (ICAO 9303-11 §9.8.3).
            if (channel is not null) Reset();
            return Unchain(wire, dispatch);
        }

        if (channel is null && applicationOpens) return dispatch(wire);
        if (channel is null) return new ResponseApdu(StatusWord.SecureMessagingNotSupported);
        var verdict = channel.TryOpenCommand(wire, out var plain);
        if (verdict != SecureMessagingVerdict.Accepted)
        {
            Reset();
            return new ResponseApdu(verdict == SecureMessagingVerdict.ObjectMissing
                ? StatusWord.SecureMessagingObjectMissing
                : StatusWord.SecureMessagingObjectIncorrect);
        }

        var answer = Unchain(plain!, dispatch);
        // The last answer of PACE or chip authentication still travels in the old channel.
        var wrapped = channel?.ProtectResponse(wire.Ins, answer) ?? answer;
        Switch();
        return wrapped;
    }

    /// <summary>Forgets channel and rights: power-off, reset, a plain command or a broken message.</summary>
    public void Reset()
    {
        channel?.Dispose();
        next?.Dispose();
        (channel, next, chainedHeader) = (null, null, null);
        chained.Clear();
        Begin(new EacSession());
    }

    /// <summary>Starts from what is proved now; the applications notice by the epoch.</summary>
    internal void Begin(EacSession eac)
    {
        Eac = eac;
        Epoch = unchecked(Epoch + 1);
    }

    /// <summary>Takes the channel into use after the current answer is on its way.</summary>
    internal void OpenAfterAnswer(SecureMessagingSession session)
    {
        next?.Dispose();
        next = session;
    }

    private void Switch()
    {
        if (next is null) return;
        channel?.Dispose();
        (channel, next) = (next, null);
    }

    private ResponseApdu Unchain(CommandApdu command, Func<CommandApdu, ResponseApdu> dispatch)
    {
        // GENERAL AUTHENTICATE uses the chaining bit for the steps of its protocol, each with an answer of its own.
        var answer = command.Ins == GeneralAuthenticate ? Answer(command, dispatch) : Collect(command, dispatch);
        if (channel is null) Switch();
        return answer;
    }

    private ResponseApdu Collect(CommandApdu command, Func<CommandApdu, ResponseApdu> dispatch)
    {
        var header = (command.Ins, command.P1, command.P2);
        var isPart = (command.Cla & 0x80) == 0 && (command.Cla & ChainingBit) != 0;
        if (chainedHeader is { } begun && begun != header)
        {
            DropChain();
            if (isPart) return new ResponseApdu(StatusWord.LastOfChainExpected);
        }

        if (chainedHeader is null && !isPart) return Answer(command, dispatch);
        if (chained.WrittenCount + command.Data.Length > MaximumChainedLength)
        {
            DropChain();
            return new ResponseApdu(StatusWord.WrongLength);
        }

        chained.Write(command.Data.Span);
        chainedHeader = header;
        if (isPart) return ResponseApdu.Success();
        var whole = command with { Data = chained.WrittenSpan.ToArray() };
        DropChain();
        return Answer(whole, dispatch);
    }

    private void DropChain()
    {
        chained.Clear();
        chainedHeader = null;
    }

    private static ResponseApdu Answer(CommandApdu command, Func<CommandApdu, ResponseApdu> dispatch) =>
        dispatch(command);
}
