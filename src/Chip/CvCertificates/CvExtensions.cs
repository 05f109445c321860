using Musubi.Chip.RestrictedIdentification;
using Musubi.Chip.Tlv;

namespace Musubi.Chip.CvCertificates;

/// <summary>The extensions of a certificate that we know (TR-03110-3 §C.3); unknown ones are skipped: none is
/// critical.</summary>
/// <param name="DescriptionHash">Hash of the certificate description, or empty.</param>
/// <param name="Sector">Hashes of the terminal's sector keys, or null.</param>
internal sealed record CvExtensions(ReadOnlyMemory<byte> DescriptionHash, TerminalSector? Sector)
{
    private const uint Extensions = 0x65;
    private const uint Template = 0x73;
    private const uint Oid = 0x06;
    private const uint First = 0x80;
    private const uint Second = 0x81;

    /// <summary>Tag 65, or nothing when there is no extension.</summary>
    public void WriteTo(TlvWriter body)
    {
        if (DescriptionHash.IsEmpty && Sector is null) return;
        body.Write(Extensions, all =>
        {
            if (!DescriptionHash.IsEmpty)
                all.Write(Template, w => w.Write(Oid, EacOids.Description).Write(First, DescriptionHash.Span));
            if (Sector is not { } sector) return;
            all.Write(Template, w =>
            {
                w.Write(Oid, EacOids.Sector);
                if (!sector.First.IsEmpty) w.Write(First, sector.First.Span);
                if (!sector.Second.IsEmpty) w.Write(Second, sector.Second.Span);
            });
        });
    }

    /// <summary>Reads tag 65, or nothing when it is absent.</summary>
    /// <exception cref="TlvException">Not of this form.</exception>
    public static CvExtensions Read(TlvObject? extensions)
    {
        var found = new CvExtensions(default, Sector: null);
        if (extensions is null) return found;
        foreach (var template in extensions.Value.Children())
        {
            if (template.Tag != Template) continue;
            var level = template.Children();
            if (level.FindValue(Oid) is not { } oid) continue;
            if (oid.Span.SequenceEqual(EacOids.Description))
                found = found with { DescriptionHash = level.Require(First).Value };
            if (oid.Span.SequenceEqual(EacOids.Sector))
            {
                var sector = new TerminalSector(level.FindValue(First) ?? default, level.FindValue(Second) ?? default);
                found = found with { Sector = sector };
            }
        }

        return found;
    }
}
