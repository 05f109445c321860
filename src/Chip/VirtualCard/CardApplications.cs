using System.Collections.Immutable;
using Musubi.Chip.Apdu;
using Musubi.Chip.Applications.Eid;
using Musubi.Chip.Applications.Emrtd;
using Musubi.Chip.Applications.Face;
using Musubi.Chip.Applications.Issuer;
using Musubi.Chip.Applications.Jpki;
using Musubi.Chip.Applications.Residence;
using Musubi.Chip.Applications.Text;

namespace Musubi.Chip.VirtualCards;

/// <summary>The applications of one card: the root, current after reset, and those selected by name.</summary>
/// <param name="Root">Current after reset.</param>
/// <param name="Named">Selected by name.</param>
/// <param name="ForgetWithChannel">
/// Those that know nothing of secure channels: a PIN presented inside a channel must not outlive it.
/// </param>
internal sealed record CardApplications(
    ICardApplication Root,
    ImmutableArray<ICardApplication> Named,
    ImmutableArray<ICardApplication> ForgetWithChannel)
{
    /// <summary>Puts a card together from its memory.</summary>
    public static CardApplications Of(CardFile file, CardSession session, ICardMemory memory)
    {
        var issuer = new IssuerDoor(file.IssuerKey);
        return file.Profile switch
        {
            CardProfile.Residence => new(new ResidenceApplet(Need(file.Residence), issuer, memory), [], []),
            CardProfile.MyNumber => MyNumber(file, session, issuer, memory),
            CardProfile.Merged => Merged(file, session, issuer, memory),
            CardProfile.Specified => Specified(file, session, issuer, memory),
        };
    }

    private static CardApplications MyNumber(
        CardFile file, CardSession session, IssuerDoor issuer, ICardMemory memory)
    {
        ImmutableArray<ICardApplication> applications =
        [
            new JpkiApplet(Need(file.Jpki), session, issuer, memory),
            new TextApplet(Need(file.Text), session, issuer, memory),
            .. file.Face is { } face ? (ICardApplication[])[new FaceApplet(face, session, issuer, memory)] : [],
        ];
        return new(new EmptyMasterFile(), applications, applications);
    }

    /// <summary>One chip: My Number functions beside eMRTD and eID, whose protocols are the root's.</summary>
    private static CardApplications Merged(
        CardFile file, CardSession session, IssuerDoor issuer, ICardMemory memory)
    {
        var number = MyNumber(file, session, issuer, memory).Named;
        var root = new EacMasterFile(Need(file.Eac), session, memory);
        return new(
            root,
            [
                new EmrtdApplet(Need(file.Emrtd), session),
                new EidApplication(Need(file.Eid), root, session, memory),
                .. number,
            ],
            number);
    }

    /// <summary>The merged card as Japan issues it: a My Number card with one application more, and no PACE.</summary>
    private static CardApplications Specified(
        CardFile file, CardSession session, IssuerDoor issuer, ICardMemory memory)
    {
        var number = MyNumber(file, session, issuer, memory);
        ICardApplication residence = new SpecifiedResidenceApplet(Need(file.Residence), issuer, memory);
        return number with { Named = number.Named.Add(residence) };
    }

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
