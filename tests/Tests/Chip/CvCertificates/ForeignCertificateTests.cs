using System.Globalization;
using Microsoft.Extensions.Time.Testing;
using Musubi.Access;
using Musubi.Tests.Access;
using Musubi.Chip;
using Musubi.Chip.Applications;
using Musubi.Chip.Applications.Eid;
using Musubi.Chip.ChipAuthentication;
using Musubi.Chip.Crypto;
using Musubi.Chip.CvCertificates;
using Musubi.Chip.Pace;
using Musubi.Chip.TerminalAuthentication;
using Musubi.Tests.Counter;

namespace Musubi.Tests.Chip.CvCertificates;

/// <summary>Certificates between us and OpenPACE, which shares no code with us: it reads ours, our chip believes
/// its.</summary>
public sealed class ForeignCertificateTests : IDisposable
{
    private const string Terminal = "Terminal certificate";

    // The words of cvc-print, without those of data groups.
    private static readonly Dictionary<EidRights, string> Words = new()
    {
        [EidRights.AgeVerification] = "Age Verification",
        [EidRights.CommunityVerification] = "Community ID Verification",
        [EidRights.RestrictedIdentification] = "Restricted Identification",
        [EidRights.PrivilegedTerminal] = "Privileged Terminal",
        [EidRights.CanAllowed] = "CAN allowed",
        [EidRights.PinManagement] = "PIN Management",
        [EidRights.InstallCertificate] = "Install Certificate",
        [EidRights.InstallQualifiedCertificate] = "Install Qualified Certificate",
    };

    private readonly CvcTools tools = new();

    private static DateOnly Today => CvcTools.Today;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => tools.Dispose();

    [Fact]
    public async Task Each_right_of_ours_is_the_right_of_that_name_to_cvc_print()
    {
        var root = await MakeRoot();
        using var key = CvKey.Create(DomainParameters.BrainpoolP256r1);
        var verifier = await root.Issue(
            CvReference.Parse("UTDV00001"), key, new Chat(CvRole.DocumentVerifierDomestic, EidRights.All),
            Today.AddMonths(-1), Today.AddMonths(2), cancel: Cancel);
        tools.Write("UTDV00001", verifier.Encoded.Span);
        var authority = new CvCertificateAuthority(verifier, key);
        foreach (var right in Single(EidRights.All))
        {
            var terminal = await authority.Issue(
                CvReference.Parse("UTTERM00001"), key, new Chat(CvRole.Terminal, right), Today, Today.AddDays(1),
                cancel: Cancel);
            Assert.Equal([Word(right), Terminal], tools.RightsOf(terminal.Encoded).Select(WithoutName));
        }
    }

    [Fact]
    public async Task Every_published_entry_is_printed_with_exactly_its_rights()
    {
        using var verifierKey = CvKey.Create(DomainParameters.BrainpoolP256r1);
        var law = Persons.Law;
        // At noon UTC it is the same day in the jurisdiction.
        var clock = new FakeTimeProvider(new(Today, new TimeOnly(12, 0), TimeSpan.Zero));
        await using var world = await AccessWorld.Open(await MakeRoot(), verifierKey, clock);
        Assert.NotEmpty(law.AccessList.Entries);
        foreach (var entry in law.AccessList.Entries)
        {
            using var issued = await world.Issue(entry.Id);
            foreach (var above in issued.Chain[..^1]) tools.Write(above.Holder.ToString(), above.Encoded.Span);
            var expected = Single(EntryRights.Of(law.Card, entry)).Select(Word);
            var printed = tools.RightsOf(issued.Chain[^1].Encoded);
            Assert.Equal([.. expected, Terminal], printed.Select(WithoutName));
        }
    }

    [Fact]
    public async Task Our_chip_believes_certificates_of_cvc_create_and_gives_what_they_allow()
    {
        using var country = await Country.Create();
        MakeChain(prefix: "");
        var outcome = await Open(country, root: "UTCVCA00001.cvcert", verifier: "UTDV00001", terminal: "UTTERM00001");
        var (stage, _) = Assert.IsType<(TerminalAuthenticated, LooseCard)>(outcome);
        Assert.Equal(EidRights.ReadDg19, stage.Rights);
        var chip = Assert.IsType<ChipAuthenticationOutcome.Authenticated>(
            await ChipAuthentication.Run(stage, country.Trust, Cancel));
        using (chip.Stage)
        {
            Assert.True((await EidReader.ReadGroup(chip.Stage, 19, Cancel)).IsGiven);
            Assert.Equal(CardRefusal.NotPermitted, (await EidReader.ReadGroup(chip.Stage, 4, Cancel)).Refusal);
        }
    }

    [Theory]
    [InlineData("other-UTDV00001", "UTTERM00001", "UTDV00001")]
    [InlineData("UTDV00001", "other-UTTERM00001", "UTTERM00001")]
    public async Task Our_chip_refuses_what_another_root_made_under_the_same_names(
        string verifier, string terminal, string refused)
    {
        using var country = await Country.Create();
        MakeChain(prefix: "");
        MakeChain(prefix: "other-");
        var outcome = await Open(country, "UTCVCA00001.cvcert", verifier, terminal);
        Assert.Equal(
            new TerminalAuthenticationOutcome.Refused(
                TerminalAuthenticationRefusal.CertificateRefused, CvReference.Parse(refused)),
            outcome);
    }

    /// <summary>Root, verifier and terminal, all by cvc-create, each over a key of its own.</summary>
    private void MakeChain(string prefix)
    {
        Make("UTCVCA00001", "UTCVCA00001", -365, 1000, "--role=cvca --type=at --read-dg4 --read-dg19 --rid");
        Make("UTDV00001", "UTCVCA00001", -30, 60, "--role=dv_domestic --read-dg4 --read-dg19");
        Make("UTTERM00001", "UTDV00001", 0, 1, "--role=terminal --read-dg19");

        void Make(string holder, string signer, int from, int until, string rights)
        {
            using var key = CvKey.Create(DomainParameters.BrainpoolP256r1);
            tools.Write($"{prefix}{holder}.pkcs8", key.ToPkcs8());
            var issuer = holder == signer ? "" : $" --sign-as={prefix}{signer}.cvcert";
            tools.Create(
                $"--scheme=ECDSA_SHA_256 --chr={holder} --out-cert={prefix}{holder}.cvcert "
                + $"--key={prefix}{holder}.pkcs8 --sign-with={prefix}{signer}.pkcs8{issuer} "
                + $"--issued={Day(from)} --expires={Day(until)} {rights}");
        }

        static string Day(int days) => Today.AddDays(days).ToString("yyMMdd", CultureInfo.InvariantCulture);
    }

    /// <summary>A card that trusts the root meets the terminal: the stage with the card, or the refusal.</summary>
    private async Task<object> Open(Country country, string root, string verifier, string terminal)
    {
        var data = new EacPersonalisationData(
            Country.Pin, Country.Can, Country.Puk, CvCertificate.Parse(tools.Read(root)), AesStrength.Aes128,
            DomainParameters.BrainpoolP256r1.Id, [EidGroup.Aid]);
        var groups = new EidState();
        groups.Groups[4] = EidGroup.Wrap(4, EidGroup.Text("name"));
        groups.Groups[19] = EidGroup.Wrap(19, EidGroup.Text("stay"));
        var card = new LooseCard(EacPersonalisation.Create(data, country.Signer), groups);
        using var pin = PacePassword.Pin(Country.Pin);
        var pace = Assert.IsType<PaceOutcome.Established>(
            await Pace.Establish(card, pin, new Chat(CvRole.Terminal, EidRights.All), Cancel));
        using var key = CvKey.FromPkcs8(tools.Read($"{terminal}.pkcs8"));
        var outcome = await TerminalAuthentication.Run(
            pace.Channel, [CvCertificate.Parse(tools.Read($"{verifier}.cvcert"))],
            CvCertificate.Parse(tools.Read($"{terminal}.cvcert")), key, cancel: Cancel);
        return outcome is TerminalAuthenticationOutcome.Authenticated { Stage: var stage } ? (stage, card) : outcome;
    }

    private async Task<CvCertificateAuthority> MakeRoot()
    {
        var root = await CvCertificateAuthority.CreateRoot(
            CvReference.Parse("UTCVCA00001"), CvKey.Create(DomainParameters.BrainpoolP256r1), EidRights.All,
            Today.AddYears(-1), Today.AddYears(5), Cancel);
        tools.Write("UTCVCA00001", root.Certificate.Encoded.Span);
        return root;
    }

    private static IEnumerable<EidRights> Single(EidRights rights) =>
        Enumerable.Range(0, 64).Select(bit => (EidRights)(1UL << bit)).Where(right => rights.HasFlag(right));

    private static string Word(EidRights right)
    {
        if (Words.TryGetValue(right, out var word)) return word;
        for (var group = EidGroup.First; group <= EidGroup.Last; group++)
        {
            if (right == EidRightsByGroup.Read(group)) return $"Read DG {group}";
            if (right == EidRightsByGroup.Write(group)) return $"Write DG {group}";
        }
        throw new ArgumentOutOfRangeException(nameof(right), right, "A right without words.");
    }

    /// <summary>The German name of a group in brackets is not ours.</summary>
    private static string WithoutName(string line) => line.Split(" (")[0];
}
