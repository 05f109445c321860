using Musubi.Chip.RestrictedIdentification;
using Musubi.Chip.Tlv;

namespace Musubi.Chip.CvCertificates;

/// <summary>One issuing key with its certificate: a root (CVCA) or a document verifier.</summary>
/// <remarks>
/// What it issues never has more rights than its own certificate: a mistake here would be caught by no card, because
/// cards only intersect; it throws.
/// </remarks>
public sealed class CvCertificateAuthority(CvCertificate own, ICvSigner signer)
{
    private static readonly CvExtensions None = new(default, Sector: null);

    /// <summary>The authority's own certificate.</summary>
    public CvCertificate Certificate => own;

    /// <summary>Makes a root: a self-signed certificate that carries the curve.</summary>
    /// <param name="holder">Name of the root's key.</param>
    /// <param name="signer">The root's key.</param>
    /// <param name="rights">Every right that any terminal may ever have.</param>
    /// <param name="from">First day; it is also what cards made with this root take as their date.</param>
    /// <param name="until">Last day.</param>
    /// <param name="cancel">Gives up while signing.</param>
    public static async ValueTask<CvCertificateAuthority> CreateRoot(
        CvReference holder, ICvSigner signer, EidRights rights, DateOnly from, DateOnly until,
        CancellationToken cancel = default)
    {
        var chat = new Chat(CvRole.Cvca, rights);
        var root = await Sign(new Body(holder, holder, OwnKey(signer), chat, from, until, None), signer, cancel);
        return new CvCertificateAuthority(root, signer);
    }

    /// <summary>Issues a certificate for another key, of no sector.</summary>
    public ValueTask<CvCertificate> Issue(
        CvReference holder, ICvSigner key, Chat chat, DateOnly from, DateOnly until,
        ReadOnlyMemory<byte> descriptionHash = default, CancellationToken cancel = default) =>
        Issue(holder, key, chat, from, until, sector: null, descriptionHash, cancel);

    /// <summary>Issues a certificate for another key.</summary>
    /// <param name="holder">Name of the key.</param>
    /// <param name="key">The key; its curve is the root's.</param>
    /// <param name="chat">Role and rights, not beyond this authority's own.</param>
    /// <param name="from">First day.</param>
    /// <param name="until">Last day, not after this authority's own.</param>
    /// <param name="sector">Hashes of the terminal's sector keys, or null.</param>
    /// <param name="descriptionHash">SHA-256 of the certificate description, or empty.</param>
    /// <param name="cancel">Gives up while signing.</param>
    /// <exception cref="ArgumentException">More rights, a later day, or another curve than this
    /// authority's.</exception>
    public async ValueTask<CvCertificate> Issue(
        CvReference holder, ICvSigner key, Chat chat, DateOnly from, DateOnly until, TerminalSector? sector,
        ReadOnlyMemory<byte> descriptionHash = default, CancellationToken cancel = default)
    {
        if ((chat.Rights & ~own.Chat.Rights) != 0)
            throw new ArgumentException("An authority cannot give rights that it lacks.", nameof(chat));
        if (until > own.Expires || until < from)
            throw new ArgumentException("A certificate ends before its authority's.", nameof(until));
        if (key.Parameters != signer.Parameters)
            throw new ArgumentException("The whole chain is on the root's curve.", nameof(key));
        var publicKey = CvPublicKey.Create(key.Algorithm, null, key.PublicPoint.ToArray());
        var body = new Body(
            own.Holder, holder, publicKey, chat, from, until, new CvExtensions(descriptionHash, sector));
        var certificate = await Sign(body, signer, cancel);
        // Pair check: what was signed is what a card would accept from this authority.
        var verdict = CvVerification.Verify(own, OwnKey(signer), certificate, from);
        return verdict == CvVerdict.Valid
            ? certificate
            : throw new ArgumentException($"No card would accept this certificate: {verdict}.", nameof(chat));
    }

    /// <summary>Issues the link certificate that moves cards from this root to its successor.</summary>
    /// <param name="successor">The successor's self-signed certificate.</param>
    /// <param name="cancel">Gives up while signing.</param>
    public ValueTask<CvCertificate> IssueLink(CvCertificate successor, CancellationToken cancel = default) =>
        own.Chat.Role == CvRole.Cvca && CvVerification.VerifySelf(successor, successor.EffectiveFrom) == CvVerdict.Valid
            ? Sign(
                new Body(own.Holder, successor.Holder, successor.PublicKey, successor.Chat,
                    successor.EffectiveFrom, successor.Expires, None),
                signer, cancel)
            : throw new ArgumentException("Only a root links, and only to a root.", nameof(successor));

    private static CvPublicKey OwnKey(ICvSigner signer) => CvPublicKey.Create(
        signer.Algorithm, CvCurves.Standard(signer.Parameters), signer.PublicPoint.ToArray());

    private static async ValueTask<CvCertificate> Sign(Body body, ICvSigner signer, CancellationToken cancel)
    {
        var bytes = body.ToBytes();
        return CvCertificate.Join(bytes, await signer.Sign(bytes, cancel));
    }

    private sealed record Body(
        CvReference Issuer, CvReference Holder, CvPublicKey Key, Chat Chat, DateOnly From, DateOnly Until,
        CvExtensions Extensions)
    {
        public byte[] ToBytes() => TlvWriter.Encode(0x7F4E, w =>
        {
            w.Write(0x5F29, [0]).Write(0x42, Issuer.ToBytes()).WriteEncoded(Key.ToBytes());
            w.Write(0x5F20, Holder.ToBytes()).WriteEncoded(Chat.ToBytes());
            w.Write(0x5F25, CvDate.Write(From)).Write(0x5F24, CvDate.Write(Until));
            Extensions.WriteTo(w);
        });
    }
}
