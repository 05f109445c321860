using Musubi.Chip.Apdu;

namespace Musubi.Chip.VirtualCards;

/// <summary>
/// A whole card in software: its applications, its session, its memory in one file. For development, tests and
/// demonstration: its keys are in that file.
/// </summary>
/// <remarks>Safe for several threads; commands run one at a time, as on a card.</remarks>
public sealed class VirtualCard : IDisposable
{
    private const byte SelectInstruction = 0xA4;
    private const byte ByName = 0x04;
    private const byte ByIdentifier = 0x00;

    private readonly Lock gate = new();
    private readonly CardFileStore store;
    private readonly CardSession session = new();
    private CardApplications applications;
    private ICardApplication selected;
    private int epoch;

    private VirtualCard(CardFileStore store, CardFile file)
    {
        this.store = store;
        applications = CardApplications.Of(file, session, new Memory(this));
        selected = applications.Root;
        File = file;
    }

    /// <summary>Which card this is.</summary>
    public CardProfile Profile => File.Profile;

    /// <summary>The serial of the plastic, or the residence card's number.</summary>
    public string Serial => File.Serial;

    /// <summary>Where the card is kept.</summary>
    public string Path => store.FullPath;

    /// <summary>What is in the card's memory now.</summary>
    internal CardFile File { get; private set; }

    /// <summary>Makes a card where none is.</summary>
    /// <exception cref="CardFileException">A file exists, no folder does, or the disk does not take it.</exception>
    public static VirtualCard Create(string path, CardFile file) => Create(path, file, disk: null);

    /// <summary>Opens a card.</summary>
    /// <exception cref="CardFileException">Missing, damaged, or in use by another reader or process.</exception>
    public static VirtualCard Open(string path) => Open(path, disk: null);

    internal static VirtualCard Create(string path, CardFile file, DiskSteps? disk) => Claimed(path, disk, store =>
    {
        if (store.Exists) throw new CardFileException(CardFileFault.Exists, store.FullPath, "a card is already there");
        store.Save(file);
        return file;
    });

    internal static VirtualCard Open(string path, DiskSteps? disk) => Claimed(path, disk, store => store.Load());

    /// <summary>The answer to reset: what the card says of itself before any command.</summary>
    public ReadOnlyMemory<byte> AnswerToReset => AtrOf(Profile);

    /// <summary>Switches the card on and gives its answer to reset.</summary>
    public byte[] PowerOn()
    {
        Reset();
        return AtrOf(Profile);
    }

    /// <summary>Forgets everything volatile: sessions, PINs presented, the selected application.</summary>
    public void Reset()
    {
        lock (gate) Forget();
    }

    /// <summary>Answers one command. Whatever the bytes are, the answer is at least a status word.</summary>
    public byte[] Process(ReadOnlySpan<byte> command)
    {
        lock (gate)
        {
            if (!CommandApdu.TryRead(command, out var read)) return new ResponseApdu(StatusWord.WrongLength).ToBytes();
            return Answer(read).ToBytes();
        }
    }

    /// <summary>Answers one command that is already taken apart.</summary>
    public ResponseApdu Process(CommandApdu command)
    {
        lock (gate) return Answer(command);
    }

    /// <summary>Lets go of the file.</summary>
    public void Dispose()
    {
        lock (gate)
        {
            Forget();
            store.Dispose();
        }
    }

    private ResponseApdu Answer(CommandApdu command)
    {
        var diskRefused = false;
        var answer = session.Process(command, opened =>
        {
            try
            {
                return Dispatch(opened);
            }
            catch (CardFileException)
            {
                diskRefused = true;
                return new(StatusWord.MemoryFailure);
            }
        }, selected.OpensProtectedCommands);
        // The answer left in the channel that asked. Then the card is what its file says, old or new.
        if (diskRefused) Revert();
        return answer;
    }

    private ResponseApdu Dispatch(CommandApdu command)
    {
        if (epoch != session.Epoch)
        {
            foreach (var application in applications.ForgetWithChannel) application.Reset();
            epoch = session.Epoch;
        }

        var selects = command is { Cla: 0x00, Ins: SelectInstruction };
        if (selects && command.P1 == ByName) return SelectByName(command);
        if (!selects || command.P1 != ByIdentifier) return selected.Process(command);

        // The master file has no name; selecting it leaves the application that was current.
        var answer = applications.Root.Process(command);
        if (answer.IsSuccess) Choose(applications.Root);
        return answer;
    }

    /// <summary>Names are compared in full: OpenSC takes a card for its own when a cut name is accepted.</summary>
    private ResponseApdu SelectByName(CommandApdu command)
    {
        foreach (var application in applications.Named)
        {
            if (!application.Aid.Span.SequenceEqual(command.Data.Span)) continue;
            application.Reset();
            Choose(application);
            return ResponseApdu.Success();
        }
        return selected.HasFolder(command.Data.Span) ? selected.Process(command) : applications.Root.Process(command);
    }

    private void Choose(ICardApplication application)
    {
        if (ReferenceEquals(selected, application)) return;
        selected.Reset();
        selected = application;
    }

    private void Forget()
    {
        session.Reset();
        foreach (var application in applications.Named) application.Reset();
        applications.Root.Reset();
        selected = applications.Root;
    }

    private void Revert()
    {
        session.Reset();
        File = store.Load();
        applications = CardApplications.Of(File, session, new Memory(this));
        selected = applications.Root;
    }

    private static VirtualCard Claimed(string path, DiskSteps? disk, Func<CardFileStore, CardFile> file)
    {
        var store = CardFileStore.Claim(path, disk);
        try
        {
            return new(store, file(store));
        }
        catch (InvalidDataException incomplete)
        {
            store.Dispose();
            throw new CardFileException(CardFileFault.Damaged, store.FullPath, incomplete.Message, incomplete);
        }
        catch
        {
            store.Dispose();
            throw;
        }
    }

    private static byte[] AtrOf(CardProfile profile) => profile switch
    {
        // What a reader makes of a contactless card of type B (PC/SC part 3 §3.1.3.2.3): the historical bytes are its
        // ATQB, that is application data 00000000 and protocol 00 81 71 (106 kbit/s, frames of 256, ISO 14443-4), then
        // MBLI 00; the last byte checks.
        CardProfile.Residence =>
            [0x3B, 0x88, 0x80, 0x01, 0x00, 0x00, 0x00, 0x00, 0x00, 0x81, 0x71, 0x00, 0xF9],
        // What OpenSC's jpki driver knows. A specified card is a My Number card to readers; its own answer to reset is
        // not public.
        CardProfile.MyNumber or CardProfile.Specified => [0x3B, 0xE0, 0x00, 0xFF, 0x81, 0x31, 0xFE, 0x45, 0x14],
        // What clients of the German eID know; it also tells them that extended lengths work.
        CardProfile.Merged =>
            [0x3B, 0x8A, 0x80, 0x01, 0x80, 0x31, 0xF8, 0x73, 0xF7, 0x41, 0xE0, 0x82, 0x90, 0x00, 0x75],
    };

    private sealed class Memory(VirtualCard card) : ICardMemory
    {
        public void Persist() => card.store.Save(card.File);
    }
}
