using System.Security.Cryptography;
using Musubi.Cards;
using Musubi.Chip.Apdu;
using Musubi.Chip.Applications.Eid;
using Musubi.Chip.Crypto;
using Musubi.Chip.CvCertificates;
using Musubi.Chip.Pace;
using Musubi.Chip.SecureMessaging;

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

    public static async Task Run(Figures figures)
    {
        using var libeac = LibeacProgram.TryStart();
        if (libeac is null) Console.WriteLine("  gcc or libeac-dev is missing: there is nothing to compare with");
        using var brainpool = await Conversations.Create(DomainParameters.BrainpoolP256r1);

        var pace = await Compare(brainpool.Pace, RunsEachRound, libeac is null ? null : libeac.Pace, WarmUps);
        Add("pace_ms", pace.Ours, "ms", "both sides, brainpoolP256r1, AES-128");
        if (libeac is not null) Add("libeac_pace_ms", pace.Theirs, "ms", "the same by libeac (OpenPACE)");
        if (libeac is not null) Add("pace_to_libeac", pace.Ratio, "×", "our time in libeac's, round by round");
        Add("pace_per_second", 1000 / pace.Ours, "/s", "per core");

        var read = await Compare(brainpool.ReadOneGroup, RunsEachRound, libeac is null ? null : libeac.Pace, WarmUps);
        Add("eac_read_ms", read.Ours, "ms", "PACE, TA with two certificates, CA, one group read; both sides");
        if (libeac is not null) Add("eac_read_to_libeac_pace", read.Ratio, "×", "our whole way in libeac's PACE");
        Add("eac_read_per_second", 1000 / read.Ours, "/s", "per core");

        using var nist = await Conversations.Create(DomainParameters.NistP256);
        var nistPace = await Compare(nist.Pace, RunsEachRound, null, WarmUps);
        Add("pace_p256_ms", nistPace.Ours, "ms", "both sides, NIST P-256, AES-128");
        var nistRead = await Compare(nist.ReadOneGroup, RunsEachRound, null, WarmUps);
        Add("eac_read_p256_ms", nistRead.Ours, "ms", "the same way on NIST P-256");

        await VpcdBench.Run(figures);

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

    /// <summary>One card and one terminal of a country, and the conversations that are measured.</summary>
    private sealed class Conversations : IDisposable
    {
        private readonly Country country;
        private readonly LooseCard card;
        private readonly Terminal terminal;

        private Conversations(Country country, Terminal terminal) =>
            (this.country, this.terminal, card) = (country, terminal, country.MakeCard());

        public static async Task<Conversations> Create(DomainParameters curve)
        {
            var country = await Country.Create(curve);
            return new Conversations(country, await country.MakeTerminal(EidRights.ReadDg19));
        }

        public async Task Pace()
        {
            Begin();
            using var pin = Country.Password(PacePasswordKind.Pin);
            var outcome = await Musubi.Chip.Pace.Pace.Establish(card, pin, Terminal.Ask(EidRights.ReadDg19));
            if (outcome is not PaceOutcome.Established { Channel: var channel })
                throw new InvalidOperationException($"PACE: {outcome}.");
            channel.Dispose();
        }

        public async Task ReadOneGroup()
        {
            Begin();
            using var pin = Country.Password(PacePasswordKind.Pin);
            using var chip = await terminal.Open(card, pin, country.Trust, EidRights.ReadDg19);
            if (!(await EidReader.ReadGroup(chip, ReadGroup)).IsGiven)
                throw new InvalidOperationException("The group was not read.");
        }

        public void Dispose()
        {
            terminal.Key.Dispose();
            country.Dispose();
        }

        private void Begin()
        {
            card.PowerOff();
            card.Wire.Clear();
        }
    }
}
