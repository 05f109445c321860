using System.Collections.Immutable;
using Musubi.Chip.Apdu;
using Musubi.Chip.Applications.Issuer;
using Musubi.Chip.Applications.Jpki;
using Musubi.Chip.Applications.Residence;
using Musubi.Chip.Applications.Text;

namespace Musubi.Chip.VirtualCards;

/// <summary>The applications of one card: the root, current after reset, and those selected by name.</summary>
internal sealed record CardApplications(ICardApplication Root, ImmutableArray<ICardApplication> Named)
{
    /// <summary>Puts a card together from its memory.</summary>
    public static CardApplications Of(CardFile file, CardSession session, ICardMemory memory)
    {
        var issuer = new IssuerDoor(file.IssuerKey);
        return file.Profile switch
        {
            CardProfile.Residence => new(new ResidenceApplet(Need(file.Residence), issuer, memory), []),
            CardProfile.MyNumber => new(new EmptyMasterFile(), MyNumber(file, issuer, memory)),
            CardProfile.Merged => throw new NotSupportedException("Merged cards are not made yet."),
        };
    }

    private static ImmutableArray<ICardApplication> MyNumber(CardFile file, IssuerDoor issuer, ICardMemory memory) =>
    [
        new JpkiApplet(Need(file.Jpki), issuer, memory),
        new TextApplet(Need(file.Text), issuer, memory),
    ];

    private static T Need<T>(T? state)
        where T : class =>
        state ?? throw new InvalidDataException($"A card of this kind needs {typeof(T).Name}.");
}

/// <summary>The root of a My Number card: nothing can be selected or read before an application is.</summary>
internal sealed class EmptyMasterFile : ICardApplication
{
    private const byte Select = 0xA4;
    private const byte ReadBinary = 0xB0;

    public ReadOnlyMemory<byte> Aid => ReadOnlyMemory<byte>.Empty;

    public ResponseApdu Process(CommandApdu command) => command switch
    {
        { Cla: not 0x00 } => new(StatusWord.ClassNotSupported),
        { Ins: Select } => new(StatusWord.FileNotFound),
        { Ins: ReadBinary } => new(StatusWord.NoCurrentFile),
        _ => new(StatusWord.InstructionNotSupported),
    };

    public void Reset()
    {
        // Nothing volatile.
    }
}
