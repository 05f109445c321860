using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Musubi.Chip;
using Musubi.Chip.Apdu;
using Musubi.Chip.Applications.Eid;
using Musubi.Chip.ChipAuthentication;
using Musubi.Chip.Crypto;
using Musubi.Chip.CvCertificates;
using Musubi.Chip.Pace;
using Musubi.Chip.PassiveAuthentication;
using Musubi.Chip.SecureMessaging;
using Musubi.Chip.TerminalAuthentication;
using Musubi.Chip.VirtualCards;

namespace Musubi.Bench;

/// <summary>
/// The card conversation, both ends in one process: PACE and secure messaging beside libeac in alternating rounds, the
/// whole way to one data group, and the same on NIST P-256. Card files and readers are not in it.
/// </summary>
/// <remarks>Processor time, not time on the wall: other programs' load is not the code's. Rounds are short, so that
/// both sides of a ratio had the same machine.</remarks>
public static class ChipBench
{
    private const int WarmUps = 150;
    private const int Rounds = 61;
    private const int RunsEachRound = 5;
    private const int MessagesEachRound = 2000;
    private const int ReadGroup = 19;
    private const int MessageLength = 256;
    private const string Pin = "123456";

    public static async Task Run(Figures figures)
    {
        using var libeac = LibeacProgram.TryStart();
        if (libeac is null) Console.WriteLine("  gcc or libeac-dev is missing: there is nothing to compare with");
        using var brainpool = await Country.Create(DomainParameters.BrainpoolP256r1);

        var pace = await Compare(brainpool.Pace, RunsEachRound, libeac is null ? null : libeac.Pace, WarmUps);
        Add("pace_ms", pace.Ours, "ms", "both sides, brainpoolP256r1, AES-128");
        if (libeac is not null) Add("libeac_pace_ms", pace.Theirs, "ms", "the same by libeac (OpenPACE)");
        if (libeac is not null) Add("pace_to_libeac", pace.Ratio, "×", "our time in libeac's, round by round");
        Add("pace_per_second", 1000 / pace.Ours, "/s", "per core");

        var read = await Compare(brainpool.ReadOneGroup, RunsEachRound, libeac is null ? null : libeac.Pace, WarmUps);
        Add("eac_read_ms", read.Ours, "ms", "PACE, TA with two certificates, CA, one group read; both sides");
        if (libeac is not null) Add("eac_read_to_libeac_pace", read.Ratio, "×", "our whole way in libeac's PACE");
        Add("eac_read_per_second", 1000 / read.Ours, "/s", "per core");

        using var nist = await Country.Create(DomainParameters.NistP256);
        var nistPace = await Compare(nist.Pace, RunsEachRound, null, WarmUps);
        Add("pace_p256_ms", nistPace.Ours, "ms", "both sides, NIST P-256, AES-128");
        var nistRead = await Compare(nist.ReadOneGroup, RunsEachRound, null, WarmUps);
        Add("eac_read_p256_ms", nistRead.Ours, "ms", "the same way on NIST P-256");

        using var keys = new SessionKeys(RandomNumberGenerator.GetBytes(16), RandomNumberGenerator.GetBytes(16));
        using var session = new SecureMessagingSession(keys);
        var answer = ResponseApdu.Success(RandomNumberGenerator.GetBytes(MessageLength));
        var message = await Compare(
            Protect, MessagesEachRound, libeac is null ? null : MilliMessage, MessagesEachRound);
        Add("sm_256_us", message.Ours * 1000, "µs", "256 bytes protected by one side: encrypt and MAC");
        if (libeac is not null) Add("libeac_sm_256_us", message.Theirs * 1000, "µs", "the same by libeac");
        if (libeac is not null) Add("sm_to_libeac", message.Ratio, "×", "our time in libeac's, round by round");

        void Add(string name, double value, string unit, string note) =>
            figures.Add($"chip.{name}", value, unit, $"{note}; median");

        double MilliMessage(int times) => libeac.SecureMessage(times) / 1000;

        Task Protect()
        {
            session.ProtectResponse(0xB0, answer);
            return Task.CompletedTask;
        }
    }

    /// <summary>Milliseconds of processor time of one run, by turns: medians of the rounds, and of their
    /// ratios.</summary>
    private static async Task<(double Ours, double Theirs, double Ratio)> Compare(
        Func<Task> once, int times, Func<int, double>? theirs, int warmUps)
    {
        for (var i = 0; i < warmUps; i++) await once();
        var rounds = new List<(double Ours, double Theirs)>();
        for (var round = 0; round < Rounds; round++)
        {
            var start = Environment.CpuUsage.TotalTime;
            for (var i = 0; i < times; i++) await once();
            var ours = (Environment.CpuUsage.TotalTime - start).TotalMilliseconds / times;
            rounds.Add((ours, theirs?.Invoke(times) ?? double.NaN));
        }
        return (Median(rounds.Select(round => round.Ours)), Median(rounds.Select(round => round.Theirs)),
            Median(rounds.Select(round => round.Ours / round.Theirs)));
    }

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[sorted.Length / 2];
    }

    /// <summary>A country with one card and one terminal.</summary>
    private sealed class Country : IDisposable
    {
        private static readonly DateOnly Today = new(2026, 11, 23);
        private static readonly EidRights Rights = EidRights.ReadDg19;

        private readonly CvKey rootKey;
        private readonly CvKey verifierKey;
        private readonly CvKey terminalKey;
        private readonly CvCertificate verifier;
        private readonly CvCertificate terminal;
        private readonly CardSecurityTrust trust;
        private readonly BareCard card;

        private Country(
            CvKey rootKey, CvKey verifierKey, CvKey terminalKey, CvCertificate verifier, CvCertificate terminal,
            CardSecurityTrust trust, BareCard card)
        {
            (this.rootKey, this.verifierKey, this.terminalKey) = (rootKey, verifierKey, terminalKey);
            (this.verifier, this.terminal, this.trust, this.card) = (verifier, terminal, trust, card);
        }

        public static async Task<Country> Create(DomainParameters curve)
        {
            var (rootKey, verifierKey, terminalKey) = (CvKey.Create(curve), CvKey.Create(curve), CvKey.Create(curve));
            var root = await CvCertificateAuthority.CreateRoot(
                CvReference.Parse("UTCVCA00001"), rootKey, EidRights.All, Today.AddYears(-1), Today.AddYears(5));
            var verifier = await root.Issue(CvReference.Parse("UTDV00001"), verifierKey,
                new Chat(CvRole.DocumentVerifierDomestic, EidRights.All), Today.AddMonths(-1), Today.AddMonths(2));
            var terminal = await new CvCertificateAuthority(verifier, verifierKey).Issue(
                CvReference.Parse("UTTERM00001"), terminalKey, new Chat(CvRole.Terminal, Rights), Today,
                Today.AddDays(1));

            using var country = SelfSigned();
            using var signer = new DocumentSigner(country);
            var data = new EacPersonalisationData(
                Pin, "500540", "9876543210", root.Certificate, AesStrength.Aes128, curve.Id, [EidGroup.Aid]);
            var groups = new EidState();
            groups.Groups[ReadGroup] = EidGroup.Wrap(ReadGroup, EidGroup.Text("status, period and end of stay"));
            var trust = new CardSecurityTrust([signer.Certificate], Noon);
            return new Country(rootKey, verifierKey, terminalKey, verifier, terminal, trust,
                new BareCard(EacPersonalisation.Create(data, signer), groups));
        }

        public async Task Pace() => (await Connect()).Dispose();

        public async Task ReadOneGroup()
        {
            using var pace = await Connect();
            var shown = await TerminalAuthentication.Run(pace, [verifier], terminal, terminalKey);
            if (shown is not TerminalAuthenticationOutcome.Authenticated { Stage: var stage })
                throw new InvalidOperationException($"Terminal authentication: {shown}.");
            var proved = await ChipAuthentication.Run(stage, trust);
            if (proved is not ChipAuthenticationOutcome.Authenticated { Stage: var chip })
                throw new InvalidOperationException($"Chip authentication: {proved}.");
            using (chip)
            {
                if (!(await EidReader.ReadGroup(chip, ReadGroup)).IsGiven)
                    throw new InvalidOperationException("The group was not read.");
            }
        }

        public void Dispose()
        {
            rootKey.Dispose();
            verifierKey.Dispose();
            terminalKey.Dispose();
        }

        private static DateTimeOffset Noon => new(Today.ToDateTime(new TimeOnly(12, 0)), TimeSpan.Zero);

        private async Task<PaceChannel> Connect()
        {
            card.PowerOff();
            using var pin = PacePassword.Pin(Pin);
            var outcome = await Musubi.Chip.Pace.Pace.Establish(card, pin, new Chat(CvRole.Terminal, Rights));
            return outcome is PaceOutcome.Established { Channel: var channel }
                ? channel
                : throw new InvalidOperationException($"PACE: {outcome}.");
        }

        private static X509Certificate2 SelfSigned()
        {
            using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            var request = new CertificateRequest("CN=Signer of a bench", key, HashAlgorithmName.SHA256);
            request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 0, true));
            return request.CreateSelfSigned(Noon.AddYears(-1), Noon.AddYears(10));
        }
    }

    /// <summary>Master file and eID application behind one session, in memory: the protocols and nothing else. Every
    /// command and answer still goes through its bytes.</summary>
    private sealed class BareCard : ICardChannel, ICardMemory
    {
        private readonly CardSession session = new();
        private readonly EacMasterFile root;
        private readonly EidApplication eid;
        private ICardApplication selected;

        public BareCard(EacState eac, EidState groups)
        {
            root = new EacMasterFile(eac, session, this);
            eid = new EidApplication(groups, root, session, this);
            selected = root;
        }

        public ValueTask<ResponseApdu> Transmit(CommandApdu command, CancellationToken cancel = default)
        {
            var answer = session.Process(CommandApdu.Parse(command.ToBytes()), Dispatch);
            return ValueTask.FromResult(ResponseApdu.Parse(answer.ToBytes()));
        }

        public void PowerOff()
        {
            session.Reset();
            root.Reset();
            eid.Reset();
            selected = root;
        }

        public void Persist() { }

        private ResponseApdu Dispatch(CommandApdu command)
        {
            if (command is not { Cla: 0, Ins: 0xA4, P1: 0x04 }) return selected.Process(command);
            if (!command.Data.Span.SequenceEqual(EidGroup.Aid.Span)) return root.Process(command);
            eid.Reset();
            selected = eid;
            return ResponseApdu.Success();
        }
    }
}
