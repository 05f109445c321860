using System.Collections.Concurrent;
using System.Security.Cryptography;
using Musubi.Chip.Crypto;

namespace Musubi.Chip.CvCertificates;

/// <summary>A key's curve: its numbers, and which standard curve they are.</summary>
internal sealed record CvCurve(ECCurve Numbers, DomainParameters? Standard);

/// <summary>Explicit parameters of the standard curves: root certificates spell their curve out.</summary>
internal static class CvCurves
{
    private static readonly ConcurrentDictionary<int, ECCurve> Explicit = new();

    /// <summary>The curve spelled out, as a root certificate carries it.</summary>
    public static CvCurve Standard(DomainParameters parameters) => new(Spell(parameters), parameters);

    private static ECCurve Spell(DomainParameters parameters) => Explicit.GetOrAdd(parameters.Id, _ =>
    {
        using var key = ECDsa.Create(parameters.ToECCurve());
        return key.ExportExplicitParameters(includePrivateParameters: false).Curve;
    });

    /// <summary>
    /// The same curve with its exact numbers from our own table, when it is a standard one in every number; else as
    /// given: a root is trusted as a whole, with whatever curve it names.
    /// </summary>
    public static CvCurve Recognise(ECCurve given)
    {
        foreach (var parameters in DomainParameters.All)
        {
            if (parameters.FieldLength != given.Prime!.Length) continue;
            var known = Spell(parameters);
            if (known.Prime.AsSpan().SequenceEqual(given.Prime)
                && known.A.AsSpan().SequenceEqual(given.A) && known.B.AsSpan().SequenceEqual(given.B)
                && known.G.X.AsSpan().SequenceEqual(given.G.X) && known.G.Y.AsSpan().SequenceEqual(given.G.Y)
                && known.Order.AsSpan().SequenceEqual(given.Order))
                return new CvCurve(known, parameters);
        }

        return new CvCurve(given, Standard: null);
    }
}
