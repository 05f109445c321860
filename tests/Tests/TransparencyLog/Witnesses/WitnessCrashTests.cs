using System.Diagnostics;
using System.Globalization;
using Musubi.CrashHost;
using Musubi.Tests.Registers;
using Musubi.TransparencyLog.Witnesses;

namespace Musubi.Tests.TransparencyLog.Witnesses;

/// <summary>kill -9 at every step of writing down, again and again on one folder: whatever was cosigned before is
/// known after. 20 kills; MUSUBI_KILLS asks for more.</summary>
public sealed class WitnessCrashTests
{
    private const int EndedBySigkill = 128 + 9;
    private static readonly TimeSpan ReachLimit = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task A_witness_killed_at_any_step_signs_no_second_history()
    {
        using var folder = new TemporaryFolder();
        var steps = Enum.GetValues<DiskStep>();
        var known = 0L;
        // Every step twice in an ordinary run: the first time that a process writes, and a later one.
        for (var kill = 0; kill < Thoroughness.Kills / 2; kill++)
        {
            var step = steps[kill % steps.Length];
            var told = await RunUntilKilled(folder.Path, step, nth: 1 + kill / steps.Length % 3 * 2);

            using var witness = new Witness(
                folder.Path, [WitnessLoad.WitnessKey], [WitnessLoad.Log], TimeProvider.System);
            var now = WitnessLoad.Known(witness);
            Assert.True(now >= Math.Max(known, told), $"{step}: {told} was cosigned, {now} is known");
            // One more may have been written and not answered.
            Assert.True(now <= Math.Max(known, told) + 1, $"{step}: {now} is known, {told} was cosigned");
            known = now;
            if (known > 1)
            {
                Assert.Equal(WitnessRefusal.WrongProof, witness.Add(Other(known, known + 1)).Refusal);
                Assert.Equal(WitnessRefusal.OtherRoot, witness.Add(Other(known, known)).Refusal);
                Assert.Equal(WitnessRefusal.Stale, witness.Add(Other(known - 1, known + 1)).Refusal);
            }
        }
        Assert.True(known > steps.Length, "the witness got nowhere");
    }

    private static byte[] Other(long old, long size) => WitnessLoad.Request("other", old, size);

    private static async Task<long> RunUntilKilled(string folder, DiskStep step, int nth)
    {
        using var host = Process.Start(new ProcessStartInfo("dotnet",
            [typeof(WitnessLoad).Assembly.Location, folder, "witness", $"{step}",
                nth.ToString(CultureInfo.InvariantCulture)])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var errors = host.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(ReachLimit);
        var (told, reached) = (0L, false);
        try
        {
            while (await host.StandardOutput.ReadLineAsync(limit.Token) is { } line)
            {
                if (line.Split(' ') is ["cosigned", var size]) told = long.Parse(size, CultureInfo.InvariantCulture);
                if (!line.StartsWith("reached", StringComparison.Ordinal)) continue;
                reached = true;
                host.Kill();
            }
        }
        finally
        {
            if (!host.HasExited) host.Kill();
        }
        await host.WaitForExitAsync(CancellationToken.None);
        Assert.True(reached, $"{step} was not reached: {await errors}");
        Assert.Equal(EndedBySigkill, host.ExitCode);
        return told;
    }
}
