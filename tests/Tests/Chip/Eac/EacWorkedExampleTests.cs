using Musubi.Chip;
using Musubi.Chip.Applications.Eid;
using Musubi.Chip.ChipAuthentication;
using Musubi.Chip.Crypto;
using Musubi.Chip.CvCertificates;
using Musubi.Chip.Pace;
using Musubi.Chip.RestrictedIdentification;
using Musubi.Chip.SecureMessaging;
using Musubi.Chip.TerminalAuthentication;
using Musubi.Chip.Tlv;
using Musubi.Chip.VirtualCards;

namespace Musubi.Tests.Chip.Eac;

/// <summary>Terminal and chip authentication by the BSI's worked example: testkit/pace.</summary>
public sealed class EacWorkedExampleTests
{
    private static readonly Vector Terminal = Vector.Read("bsi-terminal-authentication.json");
    private static readonly Vector Chip = Vector.Read("bsi-chip-authentication.json");
    private static readonly DateOnly ThatDay = new(2010, 10, 1);

    [Fact]
    public void The_chain_verifies_with_the_curve_inherited_from_the_root()
    {
        var (root, verifier, terminal) = (Certificate("cvca"), Certificate("dv"), Certificate("terminal"));
        Assert.Equal(CvVerdict.Valid, CvVerification.VerifySelf(root, ThatDay));
        Assert.True(root.PublicKey.Verify(verifier.Body.Span, verifier.Signature.Span));
        var verifierKey = verifier.PublicKey.Inherit(root.PublicKey);
        Assert.Equal(CvVerdict.Valid, CvVerification.Verify(verifier, verifierKey, terminal, ThatDay));
        var today = new DateOnly(2026, 11, 23);
        Assert.Equal(CvVerdict.Expired, CvVerification.Verify(verifier, verifierKey, terminal, today));
    }

    [Fact]
    public void A_root_of_inspection_systems_vouches_for_no_authentication_terminal()
    {
        var (root, verifier) = (Certificate("cvca"), Certificate("dv"));
        Assert.Equal(TerminalType.InspectionSystem, root.Chat.Type);
        Assert.Equal(TerminalType.AuthenticationTerminal, verifier.Chat.Type);
        Assert.Equal(CvVerdict.WrongRole, CvVerification.Verify(root, root.PublicKey, verifier, ThatDay));
    }

    [Fact]
    public void The_terminals_signature_is_over_chip_name_challenge_and_compressed_key()
    {
        var key = Certificate("terminal").PublicKey
            .Inherit(Certificate("dv").PublicKey.Inherit(Certificate("cvca").PublicKey));
        var signed = TerminalAuthentication.SignedData(
            Terminal["idPicc"].Bytes, Terminal["nonce"].Bytes, Terminal["compressedEphemeralKey"].Bytes,
            Terminal["auxiliaryData"].Bytes);
        Assert.True(key.Verify(signed, Terminal["signature"].Bytes));
        signed[0] ^= 1;
        Assert.False(key.Verify(signed, Terminal["signature"].Bytes));
    }

    [Fact]
    public void The_card_answers_chip_authentication_with_the_published_token_and_keys()
    {
        var state = new EacState
        {
            ChipAuthenticationKey = Chip["chipPrivate"].Scalar,
            Fresh = new ScriptedFreshness([Chip["nonce"].Bytes], []),
        };
        var session = new CardSession();
        session.Eac.AuthenticateTerminal(new AuthenticatedTerminal(
            CvReference.Parse("DETESTATDE019"), ThatDay, EidRights.None, Terminal["compressedEphemeralKey"].Bytes));
        var request = TlvWriter.Encode(0x80, Chip["terminalPublic"].Bytes);

        var answer = new ChipAuthenticationChip(state, session).Agree(BerTlv.Read(request));

        Assert.True(answer.IsSuccess);
        var level = BerTlv.Read(answer.Data).Children();
        Assert.Equal(Chip["nonce"].Bytes, level.Require(0x81).Value.ToArray());
        Assert.Equal(Chip["chipToken"].Bytes, level.Require(0x82).Value.ToArray());
        using var keys = PaceCryptography.DeriveKeys(
            Chip["sharedSecretK"].Bytes, Chip["nonce"].Bytes, AesStrength.Aes128);
        Assert.Equal(Chip["ksEnc"].Bytes, keys.Encryption.ToArray());
        Assert.Equal(Chip["ksMac"].Bytes, keys.Mac.ToArray());
    }

    [Fact]
    public void Both_sides_agree_on_the_published_secret_and_the_compressed_key_is_its_x()
    {
        var curve = DomainParameters.BrainpoolP256r1.Curve;
        using var chip = CurveKey.From(curve, Chip["chipPrivate"].Scalar);
        using var terminal = CurveKey.From(curve, Chip["terminalPrivate"].Scalar);
        Assert.Equal(Chip["chipPublic"].Bytes, chip.Public);
        Assert.Equal(Chip["terminalPublic"].Bytes, terminal.Public);
        Assert.Equal(Terminal["compressedEphemeralKey"].Bytes, CurveKey.X(terminal.Public).ToArray());
        Assert.True(chip.TryAgree(terminal.Public, out var onChip));
        Assert.True(terminal.TryAgree(chip.Public, out var onTerminal));
        Assert.Equal(Chip["sharedSecretK"].Bytes, CurveKey.X(onChip).ToArray());
        Assert.Equal(onChip, onTerminal);
    }

    [Fact]
    public void EF_CardSecurity_holds_the_chips_public_key_and_confirms_EF_CardAccess()
    {
        var content = FindSecurityInfos(Chip["efCardSecurity"].Bytes);
        var signed = SecurityInfos.Parse(content);
        var key = Assert.Single(signed.Keys);
        Assert.Equal(Chip["chipPublic"].Bytes, key.Point.ToArray());
        Assert.Same(DomainParameters.BrainpoolP256r1, key.Parameters);
        Assert.Equal(
            [
                new RestrictedIdentificationVariant(1, AuthorizedOnly: false),
                new RestrictedIdentificationVariant(2, AuthorizedOnly: true),
            ],
            signed.RestrictedIdentification);

        var access = SecurityInfos.Parse(Vector.Read("bsi-pace.json")["efCardAccess"].Bytes);
        Assert.Equal([new PaceVariant(AesStrength.Aes128, DomainParameters.BrainpoolP256r1)], access.Pace);
        Assert.Equal(access.Pace, signed.Pace);
        Assert.Equal(access.ChipAuthentication, signed.ChipAuthentication);
    }

    private static CvCertificate Certificate(string name) =>
        CvCertificate.Parse(Terminal["certificates"][name]["certificate"].Bytes);

    /// <summary>The content of the CMS, without looking at its signature: the signer is long gone.</summary>
    private static byte[] FindSecurityInfos(byte[] file)
    {
        var cms = new System.Security.Cryptography.Pkcs.SignedCms();
        cms.Decode(file);
        return cms.ContentInfo.Content;
    }
}
