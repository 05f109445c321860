using System.Security.Cryptography;
using System.Text;
using Musubi.Chip.Applications.Issuer;
using Musubi.Chip.Tlv;

namespace Musubi.Chip.Applications.Text;

/// <summary>Reader side of the text application. Every method selects the application itself.</summary>
public static class TextApplication
{
    /// <summary>My Number with the PIN, and whether the issuer vouches for it.</summary>
    /// <param name="card">The card.</param>
    /// <param name="pin">The four digits.</param>
    /// <param name="root">The issuer's root key, RSA.</param>
    /// <param name="cancel">Gives up between commands.</param>
    public static ValueTask<TextReading<string>> ReadMyNumber(
        ICardChannel card, string pin, RSA root, CancellationToken cancel = default) =>
        Read(card, TextFiles.Pin, pin, root, MyNumber, cancel);

    /// <summary>The four attributes with the PIN, and whether the issuer vouches for them.</summary>
    public static ValueTask<TextReading<TextAttributes>> ReadAttributes(
        ICardChannel card, string pin, RSA root, CancellationToken cancel = default) =>
        Read(card, TextFiles.Pin, pin, root, Attributes, cancel);

    /// <summary>The four attributes with number B, which is made from what is printed on the card.</summary>
    public static ValueTask<TextReading<TextAttributes>> ReadAttributesWithNumberB(
        ICardChannel card, string numberB, RSA root, CancellationToken cancel = default) =>
        Read(card, TextFiles.NumberB, numberB, root, Attributes, cancel);

    /// <summary>My Number with number A (the same digits): proves that card and number belong together.</summary>
    public static ValueTask<TextReading<string>> ConfirmMyNumber(
        ICardChannel card, string myNumber, RSA root, CancellationToken cancel = default) =>
        Read(card, TextFiles.NumberA, myNumber, root, MyNumber, cancel);

    /// <summary>Changes the PIN; the holder knows the old one.</summary>
    public static async ValueTask<CardResult<PinVerdict>> ChangePin(
        ICardChannel card, string old, string replacement, CancellationToken cancel = default) =>
        await Select(card, cancel)
            ? await IsoCommands.Change(card, TextFiles.Pin, old, replacement, cancel)
            : CardRefusal.NoSuchApplication;

    /// <summary>
    /// Rewrites the attributes with a new integrity record at a counter; both change together. My Number is read with
    /// number A first, because the record covers it too.
    /// </summary>
    public static async ValueTask<CardResult<bool>> RewriteAttributes(
        ICardChannel card,
        IssuerChannel issuer,
        string myNumber,
        TextAttributes attributes,
        RecordSigner signer,
        CancellationToken cancel = default)
    {
        if (!await Select(card, cancel)) return CardRefusal.NoSuchApplication;
        var verdict = await IsoCommands.Verify(card, TextFiles.NumberA, myNumber, cancel);
        if (!verdict.IsAccepted) return CardRefusal.NotPermitted;
        var numberFile = await IsoCommands.ReadFile(card, TextFiles.MyNumber, cancel);
        if (numberFile.Refusal is { } refusal) return refusal;
        var attributesFile = TextContent.AttributesFile(attributes);
        var integrityFile = TextContent.IntegrityFile(numberFile.Value.ToArray(), attributesFile, signer.Sign);
        byte[] payload = [.. attributesFile, .. integrityFile];
        var put = await issuer.Send(IssuerInstructions.PutData, 0, (byte)TextFiles.Attributes, payload, cancel);
        return put.Refusal is { } refused ? refused : true;
    }

    /// <summary>Gives a forgotten or blocked PIN a new value and all its tries, at a counter.</summary>
    public static async ValueTask<CardResult<bool>> ResetPin(
        ICardChannel card, IssuerChannel issuer, string pin, CancellationToken cancel = default)
    {
        if (!await Select(card, cancel)) return CardRefusal.NoSuchApplication;
        var reset = await issuer.Send(
            IssuerInstructions.ResetRetryCounter, 0, (byte)TextFiles.Pin, Encoding.ASCII.GetBytes(pin), cancel);
        return reset.Refusal is { } refusal ? refusal : true;
    }

    private static ValueTask<bool> Select(ICardChannel card, CancellationToken cancel) =>
        IsoCommands.SelectApplication(card, TextFiles.Aid, cancel);

    internal static TextPart<string> MyNumber { get; } = new(
        TextFiles.MyNumber,
        TextContent.MyNumberOf,
        (record, file) => record.MyNumberHash.Span.SequenceEqual(SHA256.HashData(file.Span)));

    internal static TextPart<TextAttributes> Attributes { get; } = new(
        TextFiles.Attributes,
        TextContent.AttributesOf,
        (record, file) => record.AttributesHash.Span.SequenceEqual(TextContent.AttributesHash(file)));

    private static async ValueTask<TextReading<T>> Read<T>(
        ICardChannel card, ushort reference, string value, RSA root, TextPart<T> part, CancellationToken cancel)
    {
        // 1. PIN or number.
        if (!await Select(card, cancel))
            return new(PinVerdict.NotOnThisCard, CardRefusal.NoSuchApplication, IntegrityVerdict.NotChecked);
        return await ReadSelected(card, reference, value, root, part, cancel);
    }

    /// <summary>The same in the application that is selected already, in clear or in a session.</summary>
    internal static async ValueTask<TextReading<T>> ReadSelected<T>(
        ICardChannel card, ushort reference, string value, RSA root, TextPart<T> part, CancellationToken cancel)
    {
        var verdict = await IsoCommands.Verify(card, reference, value, cancel);
        if (!verdict.IsAccepted) return new(verdict, CardRefusal.NotPermitted, IntegrityVerdict.NotChecked);
        // 2. The file, the record over it and the signer's certificate.
        var file = await IsoCommands.ReadFile(card, part.File, cancel);
        if (file.Refusal is { } refusal) return new(verdict, refusal, IntegrityVerdict.NotChecked);
        var integrity = await IsoCommands.ReadFile(card, TextFiles.Integrity, cancel);
        var certificate = await IsoCommands.ReadFile(card, TextFiles.Certificate, cancel);
        try
        {
            // 3. What it says, and whether the issuer says so too.
            var content = part.Parse(file.Value);
            if (!integrity.IsGiven || !certificate.IsGiven) return new(verdict, content, IntegrityVerdict.Unreadable);
            return new(verdict, content, Check(part, file.Value, integrity.Value, certificate.Value, root));
        }
        catch (TlvException)
        {
            return new(verdict, CardRefusal.Malformed, IntegrityVerdict.Unreadable);
        }
    }

    private static IntegrityVerdict Check<T>(
        TextPart<T> part,
        ReadOnlyMemory<byte> file,
        ReadOnlyMemory<byte> integrity,
        ReadOnlyMemory<byte> certificate,
        RSA root)
    {
        using var key = RecordSigner.KeyUnder(root, certificate);
        if (key is null) return IntegrityVerdict.ForeignIssuer;
        var record = TextContent.IntegrityOf(integrity);
        var signed = key.VerifyData(
            record.Signed.Span, record.Signature.Span, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        if (!signed) return IntegrityVerdict.NotSignedByIssuer;
        return part.Covers(record, file) ? IntegrityVerdict.Genuine : IntegrityVerdict.ContentChanged;
    }
}

/// <summary>One file of the text application, how to read it and what the integrity record says of it.</summary>
internal sealed record TextPart<T>(
    ushort File,
    Func<ReadOnlyMemory<byte>, T> Parse,
    Func<IntegrityRecord, ReadOnlyMemory<byte>, bool> Covers);

/// <summary>What was read, with what the card said to the PIN and what the issuer's signature is worth.</summary>
/// <param name="Pin">What the card said to the PIN or number.</param>
/// <param name="Content">The content, or why there is none.</param>
/// <param name="Integrity">Whether the issuer vouches for the content.</param>
public readonly record struct TextReading<T>(PinVerdict Pin, CardResult<T> Content, IntegrityVerdict Integrity)
{
    /// <summary>The content was read and the issuer vouches for it.</summary>
    public bool IsGenuine => Content.IsGiven && Integrity == IntegrityVerdict.Genuine;
}
