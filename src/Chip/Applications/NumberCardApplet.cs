using System.Diagnostics.CodeAnalysis;
using Musubi.Chip.Apdu;
using Musubi.Chip.Applications.Issuer;
using Musubi.Chip.VirtualCards;

namespace Musubi.Chip.Applications;

/// <summary>
/// What the applications of the My Number card have in common on the card: files and key references under one current
/// file, SELECT, READ BINARY, VERIFY, CHANGE REFERENCE DATA, and the counter's own commands in class 80.
/// </summary>
/// <remarks>An application says which files it has, what opens them, and what else it can do in class 80.</remarks>
internal abstract class NumberCardApplet : ICardApplication
{
    private const byte PlainClass = 0x00;
    private const byte SecureMessagingClass = 0x08;
    private const byte OwnClass = 0x80;
    private const byte ChangeToNewValue = 0x01;

    private readonly CardSession session;
    private readonly IssuerDoor issuer;
    private readonly IReadOnlyDictionary<ushort, ReferenceData> references;
    private readonly CardFolder folder;

    /// <summary>Binds the application to its card.</summary>
    /// <param name="session">The card's session.</param>
    /// <param name="issuer">The counter's commands.</param>
    /// <param name="references">PINs and printed numbers by identifier.</param>
    protected NumberCardApplet(
        CardSession session, IssuerDoor issuer, IReadOnlyDictionary<ushort, ReferenceData> references)
    {
        this.session = session;
        this.issuer = issuer;
        this.references = references;
        folder = new(id => references.ContainsKey(id) || IsKey(id) || FileOf(id) is not null);
    }

    /// <inheritdoc/>
    public abstract ReadOnlyMemory<byte> Aid { get; }

    /// <inheritdoc/>
    public void Reset()
    {
        folder.Forget();
        foreach (var reference in references.Values) reference.Forget();
        issuer.Forget();
        ForgetSession();
    }

    /// <inheritdoc/>
    public ResponseApdu Process(CommandApdu command) => command.Cla switch
    {
        PlainClass => ProcessPlain(command),
        SecureMessagingClass => ProcessProtected(command),
        OwnClass => ProcessOwn(command),
        _ => new(StatusWord.ClassNotSupported),
    };

    /// <summary>Content of a file, or null when the application has none of this identifier now.</summary>
    protected abstract byte[]? FileOf(ushort id);

    /// <summary>Whether what was presented since the application was selected opens the file.</summary>
    protected abstract bool IsOpen(ushort id);

    /// <summary>Whether the identifier names a private key, which can be selected and never read.</summary>
    protected abstract bool IsKey(ushort id);

    /// <summary>A command of class 80 that not every application has; null when this one does not know it.</summary>
    protected abstract ResponseApdu? ProcessSpecial(CommandApdu command);

    /// <summary>Class 08. Where no session key can be delivered there is never a session.</summary>
    protected virtual ResponseApdu ProcessProtected(CommandApdu command) => new(StatusWord.NoSecureSession);

    /// <summary>Forgets a session key.</summary>
    protected virtual void ForgetSession()
    {
        // Most applications have no session of their own.
    }

    /// <summary>Whether a PIN or number was presented since the application was selected.</summary>
    protected bool Presented(ushort reference) => references[reference].Verified;

    /// <summary>Runs a command that the counter's authority must have sealed.</summary>
    protected ResponseApdu Admit(CommandApdu command, Func<CommandApdu, ResponseApdu> execute) =>
        issuer.Admit(command, execute);

    /// <summary>The key reference that P2 names: 80 is the current one, 80 | id another.</summary>
    protected bool TryReference(
        CommandApdu command, out ushort id, [NotNullWhen(false)] out ResponseApdu? refusal) =>
        folder.TryReference(command.P2, out id, out refusal);

    /// <summary>A command of class 00, as it came or out of a protected one.</summary>
    protected ResponseApdu ProcessPlain(CommandApdu command) => command.Ins switch
    {
        NumberCardInstructions.Select => folder.Select(command),
        NumberCardInstructions.ReadBinary => Read(command),
        NumberCardInstructions.Verify => Verify(command),
        NumberCardInstructions.ChangeReferenceData => Change(command),
        _ => new(StatusWord.InstructionNotSupported),
    };

    private ResponseApdu ProcessOwn(CommandApdu command) => command.Ins switch
    {
        IssuerInstructions.GetChallenge => issuer.GiveChallenge(command),
        IssuerInstructions.ResetRetryCounter => Admit(command, ResetRetryCounter),
        _ => ProcessSpecial(command) ?? new(StatusWord.InstructionNotSupported),
    };

    private ResponseApdu Read(CommandApdu command)
    {
        if (!folder.TryLocate(command, out var id, out var offset, out var refusal)) return refusal;
        if (FileOf(id) is not { } file) return new(StatusWord.IncompatibleWithFile);
        if (!IsOpen(id)) return new(StatusWord.SecurityStatusNotSatisfied);
        return TransparentRead.Bytes(file, offset, TransparentRead.Wanted(command, session.IsSecure));
    }

    private ResponseApdu Verify(CommandApdu command)
    {
        if (command.P1 != 0) return new(StatusWord.WrongParameters);
        if (!folder.TryReference(command.P2, out var id, out var refusal)) return refusal;
        return references.TryGetValue(id, out var reference)
            ? reference.Verify(command.Data)
            : new(StatusWord.IncompatibleWithFile);
    }

    private ResponseApdu Change(CommandApdu command)
    {
        if (command.P1 != ChangeToNewValue) return new(StatusWord.WrongParameters);
        if (!folder.TryReference(command.P2, out var id, out var refusal)) return refusal;
        return references.TryGetValue(id, out var reference)
            ? reference.Change(command.Data)
            : new(StatusWord.IncompatibleWithFile);
    }

    /// <summary>P2 names a PIN. What is printed on the card has no other value to take.</summary>
    private ResponseApdu ResetRetryCounter(CommandApdu command) =>
        references.TryGetValue(command.P2, out var reference) && reference.Form != ReferenceDataForm.Printed
            ? reference.Replace(command.Data.Span)
            : new(StatusWord.ReferencedDataNotFound);
}

/// <summary>Instructions that every application of the My Number card has.</summary>
public static class NumberCardInstructions
{
    /// <summary>Presents a PIN or printed number, class 00.</summary>
    public const byte Verify = 0x20;

    /// <summary>Changes a PIN, class 00.</summary>
    public const byte ChangeReferenceData = 0x24;

    /// <summary>Signs with a key on the card, class 80.</summary>
    public const byte ComputeDigitalSignature = 0x2A;

    /// <summary>Selects a file, class 00.</summary>
    public const byte Select = 0xA4;

    /// <summary>Delivers the key of a session, class 80; text application only.</summary>
    public const byte SetSessionKey = 0xAE;

    /// <summary>Reads a file, class 00.</summary>
    public const byte ReadBinary = 0xB0;
}
