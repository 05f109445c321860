using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text.Json;
using Musubi.Access;
using Musubi.Chip.Crypto;
using Musubi.Chip.CvCertificates;
using Musubi.Tests.Clients;
using Musubi.Tests.Vocabulary;
using Musubi.Vocabulary;

namespace Musubi.Tests.Access;

/// <summary>One seam, two kinds of key: a file, and Debian's SoftHSM behind PKCS #11.</summary>
public sealed partial class SignerTests
{
    private const string Module = "/usr/lib/softhsm/libsofthsm2.so";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Root_verifier_and_list_sign_in_a_security_module_and_the_keys_never_leave_it()
    {
        using var token = await Token.Make();
        await using var world = await AccessWorld.Open();
        using (var root = SignerSource.Open(token.Uri("root"), token.Folder) as IDisposable)
            await world.House.Chain.RollOver(CvReference.Parse("UTCVCA00002"), (ICvSigner)root!,
                new DateOnly(2026, 11, 24), world.Time, Cancel);
        var before = world.House.Lists.Current.Jws;
        await File.WriteAllTextAsync(Path.Combine(world.Keys, SigningKeys.FileName),
            JsonSerializer.Serialize(
                new[] { "root", "verifier", "list" }.ToDictionary(name => name, token.Uri, StringComparer.Ordinal)),
            Cancel);
        File.Copy(Path.Combine(token.Folder, "pin"), Path.Combine(world.Keys, "pin"));
        await world.Restart();

        // The module's signatures are checked by our own code without it, from the new root down.
        using var terminal = await world.Issue(Lists.Landlord);
        var (link, verifier) = (terminal.Chain[0], terminal.Chain[1]);
        Assert.Equal("UTCVCA00002", link.Holder.ToString());
        Assert.Equal(CvVerdict.Valid, CvVerification.VerifySelf(world.House.Chain.Root, new DateOnly(2026, 11, 24)));
        Assert.Equal(CvVerdict.Valid, CvVerification.Verify(
            link, link.PublicKey, verifier, new DateOnly(2026, 11, 24)));
        Assert.Equal(CvVerdict.Valid, CvVerification.Verify(
            verifier, verifier.PublicKey.Inherit(link.PublicKey), terminal.Chain[2], new DateOnly(2026, 11, 24)));
        await world.Publish(world.House.Lists.Current.List.With(Lists.Clinic, entry => entry with
        { Contact = "desk@clinic.example" }));
        Assert.NotEqual(before.Split('.')[0], world.House.Lists.Current.Jws.Split('.')[0]);
        Assert.Equal(2, (await world.House.Lists.Keys()).Split("\"kid\"").Length - 1);
    }

    [Fact]
    public async Task A_security_module_that_does_not_have_it_says_what_is_missing()
    {
        using var token = await Token.Make();
        Assert.Contains("exactly one CKO_PRIVATE_KEY named \"other\"", Failure(token, token.Uri("other")));
        Assert.Contains("no token \"elsewhere\"",
            Failure(token, token.Uri("root").Replace(Token.Label, "elsewhere", StringComparison.Ordinal)));
        await File.WriteAllTextAsync(Path.Combine(token.Folder, "pin"), "0000", Cancel);
        Assert.Contains("CKR_PIN_INCORRECT", Failure(token, token.Uri("root")));
    }

    [Theory]
    [InlineData("root.p8", "A key's source begins with file: or pkcs11:.")]
    [InlineData("file:none.p8", "The key file ")]
    [InlineData("pkcs11:token=a;object=b?module-path=/m.so", "A security module's key needs pin-source once")]
    [InlineData("pkcs11:token=a;object=b?module-path=/m.so&pin-value=1", "pin-value is not used here")]
    [InlineData("pkcs11:token=a;object=b?module-path=/m.so&pin-source=1234", "pin-source names a file with file:")]
    public void A_source_that_is_none_is_refused_with_what_would_be_right(string source, string expected)
    {
        using var folder = new TemporaryFolder();
        var wrong = Assert.Throws<SignerException>(() => SignerSource.Open(source, folder.Path));
        Assert.StartsWith(expected, wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_lists_key_is_made_once_and_its_owner_alone_reads_it()
    {
        using var folder = new TemporaryFolder();
        using var made = SigningKeys.Open(folder.Path);
        using var again = SigningKeys.Open(folder.Path);
        Assert.Equal(made.List.PublicPoint.ToArray(), again.List.PublicPoint.ToArray());
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite,
                File.GetUnixFileMode(Path.Combine(folder.Path, "list-key.p8")));
        Assert.Throws<ArgumentException>(() =>
            new ListSignature(CvKey.Create(DomainParameters.BrainpoolP256r1)));
    }

    private static string Failure(Token token, string uri) =>
        Assert.Throws<SignerException>(() => SignerSource.Open(uri, token.Folder)).Message;

    /// <summary>One token of SoftHSM for the whole run: the module looks for tokens when it is loaded, and it is loaded
    /// once in a process. It reads the process's own environment, which .NET keeps a copy of, so that is set in C.
    /// </summary>
    private sealed partial class Token : IDisposable
    {
        public const string Label = "musubi-tests";

        private const string Pin = "5678";

        private static readonly SemaphoreSlim Making = new(1, 1);

        private static TemporaryFolder? made;

        public string Folder { get; } = Directory.CreateTempSubdirectory("musubi-token-").FullName;

        public static async Task<Token> Make()
        {
            Assert.SkipUnless(File.Exists(Module) && File.Exists("/usr/bin/pkcs11-tool"),
                "apt-get install softhsm2 opensc");
            await Making.WaitAsync(Cancel);
            try
            {
                made ??= await MakeOnce();
            }
            finally
            {
                Making.Release();
            }
            var token = new Token();
            await File.WriteAllTextAsync(Path.Combine(token.Folder, "pin"), Pin, Cancel);
            return token;
        }

        public string Uri(string name) =>
            $"pkcs11:token={Label};object={name}?module-path={Module}&pin-source=file:pin";

        public void Dispose() => Directory.Delete(Folder, recursive: true);

        private static async Task<TemporaryFolder> MakeOnce()
        {
            var tokens = new TemporaryFolder();
            var settings = Path.Combine(tokens.Path, "softhsm2.conf");
            await File.WriteAllTextAsync(settings, $"directories.tokendir = {tokens.Path}\n");
            Assert.Equal(0, SetEnvironment("SOFTHSM2_CONF", settings, 1));
            var environment = ImmutableDictionary<string, string>.Empty.Add("SOFTHSM2_CONF", settings);
            var ran = await Outside.Run(environment, "softhsm2-util", "--init-token", "--free", "--label", Label,
                "--so-pin", "1234", "--pin", Pin);
            Assert.True(ran.Code == 0, ran.All);
            foreach (var (name, curve) in new[]
                { ("root", "brainpoolP256r1"), ("verifier", "brainpoolP256r1"), ("list", "prime256v1") })
            {
                ran = await Outside.Run(environment, "pkcs11-tool", "--module", Module, "--token-label", Label,
                    "--login", "--pin", Pin, "--keypairgen", "--key-type", $"EC:{curve}", "--label", name);
                Assert.True(ran.Code == 0, ran.All);
            }
            return tokens;
        }

        [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        private static partial int SetEnvironment(string name, string value, int overwrite);
    }
}
