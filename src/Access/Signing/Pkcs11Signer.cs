using System.Collections.Concurrent;
using System.Formats.Asn1;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Musubi.Chip.Crypto;
using Musubi.Chip.CvCertificates;
using Net.Pkcs11Interop.Common;
using Net.Pkcs11Interop.HighLevelAPI;

namespace Musubi.Access;

/// <summary>A key that stays in a security module (PKCS #11 v2.40): a digest goes in, a signature comes out.</summary>
/// <remarks>The module is trusted to keep the key and to sign what it is given; whoever has the token's PIN can sign as
/// long as the module is reached, and not afterwards.</remarks>
internal sealed class Pkcs11Signer : ICvSigner, IDisposable
{
    /// <summary>An uncompressed point of the longest curve (P-521) and its tag.</summary>
    private const int LongestPoint = 200;

    /// <summary>A module is initialised once in a process and finalised for all its keys at once: it stays until the
    /// process ends.</summary>
    private static readonly ConcurrentDictionary<string, Lazy<IPkcs11Library>> Modules = new(StringComparer.Ordinal);

    private static readonly Pkcs11InteropFactories Factories = new();

    private readonly ISession session;
    private readonly IObjectHandle key;
    private readonly Lock gate = new();

    /// <summary>The library asks for libdl by the name that only development packages bring; the system's own has a
    /// version.</summary>
    static Pkcs11Signer() => NativeLibrary.SetDllImportResolver(typeof(Pkcs11InteropFactories).Assembly,
        (name, assembly, path) => name is "libdl" && OperatingSystem.IsLinux()
            ? NativeLibrary.Load("libdl.so.2", assembly, path)
            : IntPtr.Zero);

    private Pkcs11Signer(ISession session, IObjectHandle key, DomainParameters parameters, byte[] point) =>
        (this.session, this.key, Parameters, PublicPoint) = (session, key, parameters, point);

    public DomainParameters Parameters { get; }

    public CvSignatureAlgorithm Algorithm => Parameters.Bits switch
    {
        <= 256 => CvSignatureAlgorithm.EcdsaSha256,
        <= 384 => CvSignatureAlgorithm.EcdsaSha384,
        _ => CvSignatureAlgorithm.EcdsaSha512,
    };

    public ReadOnlyMemory<byte> PublicPoint { get; }

    /// <exception cref="SignerException">Module, token, key or PIN is not there or not right.</exception>
    public static Pkcs11Signer Open(Pkcs11Uri uri)
    {
        ISession? session = null;
        try
        {
            // 1. The module and its token.
            var slot = Module(uri.Module).GetSlotList(SlotsType.WithTokenPresent).FirstOrDefault(one =>
                string.Equals(one.GetTokenInfo().Label.TrimEnd(), uri.Token, StringComparison.Ordinal))
                ?? throw new SignerException($"The security module has no token \"{uri.Token}\".");
            session = slot.OpenSession(SessionType.ReadOnly);
            // 2. The PIN.
            Login(session, uri.PinFile);
            // 3. The key pair of that name; its public half says which curve it is on.
            var pair = new Handles(session, uri.Object);
            var (parameters, point) = pair.Public();
            return new(session, pair.Private, parameters, point);
        }
        catch (Exception wrong) when (wrong is Pkcs11Exception or UnmanagedException or AsnContentException
            or SignerException or IOException)
        {
            session?.Dispose();
            throw wrong as SignerException
                ?? new SignerException($"The key \"{uri.Object}\" cannot be used: {wrong.Message}", wrong);
        }
    }

    /// <exception cref="SignerException">The module did not sign.</exception>
    public ValueTask<byte[]> Sign(ReadOnlyMemory<byte> data, CancellationToken cancel = default)
    {
        var digest = CryptographicOperations.HashData(Algorithm switch
        {
            CvSignatureAlgorithm.EcdsaSha384 => HashAlgorithmName.SHA384,
            CvSignatureAlgorithm.EcdsaSha512 => HashAlgorithmName.SHA512,
            _ => HashAlgorithmName.SHA256,
        }, data.Span);
        try
        {
            // A session is one conversation: two signatures at once would mix.
            lock (gate)
            {
                // CKM_ECDSA gives r ‖ s of the curve's length, as certificates carry it.
                using var mechanism = session.Factories.MechanismFactory.Create(CKM.CKM_ECDSA);
                return ValueTask.FromResult(session.Sign(mechanism, key, digest));
            }
        }
        catch (Pkcs11Exception wrong)
        {
            throw new SignerException($"The security module did not sign: {wrong.RV}", wrong);
        }
    }

    public void Dispose()
    {
        lock (gate) session.Dispose();
    }

    private static IPkcs11Library Module(string path) => Modules.GetOrAdd(path, one => new Lazy<IPkcs11Library>(
        () => Factories.Pkcs11LibraryFactory.LoadPkcs11Library(Factories, one, AppType.MultiThreaded))).Value;

    private static void Login(ISession session, string pinFile)
    {
        var pin = Encoding.UTF8.GetBytes(File.ReadAllText(pinFile).Trim());
        try
        {
            session.Login(CKU.CKU_USER, pin);
        }
        catch (Pkcs11Exception wrong) when (wrong.RV is CKR.CKR_USER_ALREADY_LOGGED_IN)
        {
            // Another key of the same token was opened before: the token is logged in for this whole process.
        }
        finally
        {
            CryptographicOperations.ZeroMemory(pin);
        }
    }

    private sealed class Handles(ISession session, string label)
    {
        public IObjectHandle Private { get; } = Find(session, label, CKO.CKO_PRIVATE_KEY);

        public (DomainParameters Parameters, byte[] Point) Public()
        {
            var found = session.GetAttributeValue(
                Find(session, label, CKO.CKO_PUBLIC_KEY), [CKA.CKA_EC_PARAMS, CKA.CKA_EC_POINT]);
            var oid = new AsnReader(found[0].GetValueAsByteArray(), AsnEncodingRules.DER).ReadObjectIdentifier();
            var parameters = DomainParameters.All.FirstOrDefault(one =>
                string.Equals(one.Oid, oid, StringComparison.Ordinal))
                ?? throw new SignerException($"The curve {oid} of \"{label}\" is not one of the standard ones.");
            // PKCS #11 v2.40 §2.3.3: the point as a DER octet string.
            var point = new AsnReader(found[1].GetValueAsByteArray(), AsnEncodingRules.DER).ReadOctetString();
            return point.Length <= LongestPoint && point[0] == 0x04
                ? (parameters, point)
                : throw new SignerException($"The public point of \"{label}\" is not uncompressed.");
        }

        private static IObjectHandle Find(ISession session, string label, CKO kind) =>
            session.FindAllObjects(
            [
                Factories.ObjectAttributeFactory.Create(CKA.CKA_CLASS, kind),
                Factories.ObjectAttributeFactory.Create(CKA.CKA_LABEL, label),
            ]) is [var only]
                ? only
                : throw new SignerException($"The token has not exactly one {kind} named \"{label}\".");
    }
}
