using System.Text;
using Musubi.Chip.Crypto;
using Musubi.Chip.CvCertificates;
using Musubi.Chip.Pace;
using Musubi.Chip.PassiveAuthentication;
using Musubi.Chip.RestrictedIdentification;
using Musubi.Chip.Tlv;

namespace Musubi.Chip.Applications.Eid;

/// <summary>What a card's master file is made from.</summary>
/// <param name="Pin">The holder's PIN, six digits.</param>
/// <param name="Can">The printed number, six digits.</param>
/// <param name="Puk">The holder's PUK, ten digits.</param>
/// <param name="Root">The root certificate (CVCA) that the card trusts; its first day is the card's first date.</param>
/// <param name="Strength">The cipher.</param>
/// <param name="Curve">The id of the curve (TR-03110-3 table 4); 13 is brainpoolP256r1.</param>
/// <param name="Applications">Names of the applications listed in EF.DIR.</param>
/// <param name="MrzInformation">Document number, birth and expiry date with their check digits; null for a card
/// without a zone. Only its hash is kept on the card.</param>
public sealed record EacPersonalisationData(
    string Pin, string Can, string Puk, CvCertificate Root, AesStrength Strength, int Curve,
    IReadOnlyList<ReadOnlyMemory<byte>> Applications, string? MrzInformation = null);

/// <summary>Makes a card's master file; the chip authentication keys are made here, on the card.</summary>
public static class EacPersonalisation
{
    /// <summary>Makes the state and has the issuer sign the card's keys.</summary>
    /// <param name="data">Passwords, root, cipher and curve.</param>
    /// <param name="signer">The issuer's document signer.</param>
    public static EacState Create(EacPersonalisationData data, DocumentSigner signer)
    {
        if (!DomainParameters.TryFind(data.Curve, out var curve))
            throw new ArgumentException($"Curve {data.Curve} is not known.", nameof(data));
        using var key = CurveKey.Create(curve.Curve);
        using var privilegedKey = CurveKey.Create(curve.Curve);
        var pace = new PaceVariant(data.Strength, curve);
        var chip = new ChipAuthenticationVariant(data.Strength, curve, EacState.KeyId);
        var privileged = new ChipAuthenticationVariant(data.Strength, curve, EacState.PrivilegedKeyId);
        List<RestrictedIdentificationKey> identification =
        [
            new(RestrictedIdentificationKey.ForAll, AuthorizedOnly: false, NewSecret(curve)),
            new(RestrictedIdentificationKey.WithRight, AuthorizedOnly: true, NewSecret(curve)),
        ];
        List<ChipAuthenticationKey> keys = [new(curve, key.Public, EacState.KeyId)];
        var variants = identification.ConvertAll(k => new RestrictedIdentificationVariant(k.Id, k.AuthorizedOnly));
        var signed = SecurityInfos.Write(pace, chip, keys, variants, privileged);
        // The same again with the key that only privileged terminals may know.
        keys.Add(new(curve, privilegedKey.Public, EacState.PrivilegedKeyId));
        var signedForPrivileged = SecurityInfos.Write(pace, chip, keys, variants, privileged);
        return new EacState
        {
            Pin = Digits(data.Pin),
            Can = Digits(data.Can),
            Puk = Digits(data.Puk),
            MrzHash = data.MrzInformation is { } zone ? PacePassword.HashOfMrz(zone) : [],
            Strength = data.Strength,
            ParametersId = curve.Id,
            CardAccess = SecurityInfos.Write(pace, chip, [], privileged: privileged),
            CardSecurity = signer.Sign(EacOids.SecurityObject, signed),
            ChipSecurity = signer.Sign(EacOids.SecurityObject, signedForPrivileged),
            Directory = WriteDirectory(data.Applications),
            ChipAuthenticationKey = key.CopySecret(),
            PrivilegedKey = privilegedKey.CopySecret(),
            IdentificationKeys = identification,
            Roots = [data.Root.Encoded.ToArray()],
            Date = data.Root.EffectiveFrom,
        };
    }

    /// <summary>One application template 61 with the name 4F for each (ISO/IEC 7816-4 §12.2.2).</summary>
    private static byte[] WriteDirectory(IReadOnlyList<ReadOnlyMemory<byte>> applications)
    {
        var templates = new TlvWriter();
        foreach (var aid in applications) templates.Write(0x61, template => template.Write(0x4F, aid.Span));
        return templates.ToArray();
    }

    private static byte[] NewSecret(DomainParameters curve)
    {
        using var key = CurveKey.Create(curve.Curve);
        return key.CopySecret();
    }

    private static byte[] Digits(string digits) => digits.All(char.IsAsciiDigit)
        ? Encoding.ASCII.GetBytes(digits)
        : throw new ArgumentException("PIN, CAN and PUK are digits.", nameof(digits));
}
