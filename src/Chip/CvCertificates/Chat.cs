using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using Musubi.Chip.Tlv;

namespace Musubi.Chip.CvCertificates;

/// <summary>Certificate holder authorization template (TR-03110-3 §C.1.5): terminal type, role, rights.</summary>
/// <param name="Type">Which kind of terminal; decides how the rights are read.</param>
/// <param name="Role">Where in the chain.</param>
/// <param name="Rights">The bits below the role's two, as one number; <see cref="EidRights"/> names them for
/// authentication terminals.</param>
public sealed record Chat(TerminalType Type, CvRole Role, ulong Rights)
{
    private const int RoleBits = 2;

    /// <summary>An authentication terminal's template.</summary>
    public Chat(CvRole role, EidRights rights)
        : this(TerminalType.AuthenticationTerminal, role, (ulong)rights) { }

    /// <summary>The rights of an authentication terminal; none for other terminals, which have none on the
    /// eID.</summary>
    public EidRights EidRights => Type == TerminalType.AuthenticationTerminal ? (EidRights)Rights : EidRights.None;

    /// <summary>Reads tag 7F4C.</summary>
    public static bool TryRead(ReadOnlyMemory<byte> encoded, [NotNullWhen(true)] out Chat? chat)
    {
        chat = null;
        try
        {
            chat = Read(BerTlv.Read(encoded));
            return true;
        }
        catch (Exception e) when (e is TlvException or CvCertificateException)
        {
            return false;
        }
    }

    /// <summary>Tag 7F4C, with tag and length.</summary>
    public byte[] ToBytes()
    {
        var bits = RightsLength(Type) * 8;
        Span<byte> wide = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64BigEndian(wide, ((ulong)Role << (bits - RoleBits)) | Rights);
        var rights = wide[^(bits / 8)..].ToArray();
        return TlvWriter.Encode(0x7F4C, w =>
            w.Write(0x06, [.. EacOids.Roles, (byte)(Type + 1)]).Write(0x53, rights));
    }

    internal static Chat Read(TlvObject encoded)
    {
        if (encoded.Tag != 0x7F4C) throw new CvCertificateException("The tag of a CHAT is 7F4C.");
        var level = encoded.Children();
        var oid = level.Require(0x06).Value.Span;
        if (oid.Length != EacOids.Roles.Length + 1 || !oid.StartsWith(EacOids.Roles) || oid[^1] is < 1 or > 3)
            throw new CvCertificateException("Unknown terminal type.");
        var type = (TerminalType)(oid[^1] - 1);
        var rights = level.Require(0x53).Value.Span;
        if (rights.Length != RightsLength(type)) throw new CvCertificateException("Rights of the wrong length.");
        Span<byte> wide = stackalloc byte[sizeof(ulong)];
        wide.Clear();
        rights.CopyTo(wide[^rights.Length..]);
        var all = BinaryPrimitives.ReadUInt64BigEndian(wide);
        var shift = rights.Length * 8 - RoleBits;
        return new Chat(type, (CvRole)(all >> shift), all & ((1UL << shift) - 1));
    }

    private static int RightsLength(TerminalType type) => type switch
    {
        TerminalType.InspectionSystem or TerminalType.SignatureTerminal => 1,
        TerminalType.AuthenticationTerminal => 5,
    };
}

/// <summary>The kinds of terminal (TR-03110-3 §C.4).</summary>
public enum TerminalType
{
    /// <summary>Border control; has no rights on our eID application.</summary>
    InspectionSystem,

    /// <summary>Reads the eID application with per-group rights.</summary>
    AuthenticationTerminal,

    /// <summary>Makes the card sign; no application of ours.</summary>
    SignatureTerminal,
}

/// <summary>Where in the chain a certificate stands: the two top bits of the rights (TR-03110-3 §C.4).</summary>
public enum CvRole
{
    /// <summary>A terminal.</summary>
    Terminal = 0,

    /// <summary>A document verifier that is not official or not domestic: its terminals do not move a card's
    /// date.</summary>
    DocumentVerifierForeign = 1,

    /// <summary>An official domestic document verifier.</summary>
    DocumentVerifierDomestic = 2,

    /// <summary>The country's root.</summary>
    Cvca = 3,
}
