using Musubi.Chip;
using Musubi.Chip.Apdu;
using Musubi.Chip.Applications.Eid;
using Musubi.Chip.VirtualCards;

namespace Musubi.Cards;

/// <summary>A card without plastic or file: master file and eID application behind one session.</summary>
public sealed class LooseCard : ICardChannel, ICardMemory
{
    private readonly CardSession session = new();
    private readonly EacMasterFile root;
    private readonly EidApplication eid;
    private ICardApplication selected;

    public LooseCard(EacState eac, EidState groups)
    {
        (Eac, Groups) = (eac, groups);
        root = new EacMasterFile(eac, session, this);
        eid = new EidApplication(groups, root, session, this);
        selected = root;
    }

    public EacState Eac { get; }

    public EidState Groups { get; }

    public int Persisted { get; private set; }

    /// <summary>Every command as it went over the wire, and its answer.</summary>
    public List<(CommandApdu Command, ResponseApdu Answer)> Wire { get; } = [];

    /// <summary>Answers before this one get through; then the card is gone. Negative: never.</summary>
    public int AnswersLeft { get; set; } = -1;

    /// <summary>Changes what goes over the wire, to play someone in between.</summary>
    public Func<CommandApdu, CommandApdu> OnCommand { get; set; } = command => command;

    /// <summary>Changes what comes back.</summary>
    public Func<ResponseApdu, ResponseApdu> OnAnswer { get; set; } = answer => answer;

    /// <summary>Sees what is on disk from now on.</summary>
    public Action OnPersist { get; set; } = () => { };

    public ValueTask<ResponseApdu> Transmit(CommandApdu command, CancellationToken cancel = default)
    {
        if (AnswersLeft == 0)
        {
            PowerOff();
            throw new CardChannelException(CardChannelFault.CardRemoved);
        }

        AnswersLeft--;
        var answer = Raw(OnCommand(command).ToBytes());
        Wire.Add((command, answer));
        return ValueTask.FromResult(OnAnswer(answer));
    }

    public ResponseApdu Raw(byte[] bytes) => CommandApdu.TryRead(bytes, out var command)
        ? ResponseApdu.Parse(session.Process(command, Dispatch).ToBytes())
        : new ResponseApdu(StatusWord.WrongLength);

    public void PowerOff()
    {
        session.Reset();
        root.Reset();
        eid.Reset();
        selected = root;
    }

    public void Persist()
    {
        Persisted++;
        OnPersist();
    }

    private ResponseApdu Dispatch(CommandApdu command)
    {
        if (command is { Cla: 0, Ins: 0xA4, P1: 0x00 })
        {
            selected = root;
            eid.Reset();
        }

        if (command is not { Cla: 0, Ins: 0xA4, P1: 0x04 }) return selected.Process(command);
        if (!command.Data.Span.SequenceEqual(EidGroup.Aid.Span)) return root.Process(command);
        eid.Reset();
        selected = eid;
        return ResponseApdu.Success();
    }
}
