using Microsoft.Extensions.Time.Testing;
using Musubi.Tests.Registers;
using Musubi.TransparencyLog.Notes;
using Musubi.TransparencyLog.Storage;
using Musubi.TransparencyLog.Witnesses;

namespace Musubi.Tests.TransparencyLog.Witnesses;

/// <summary>What a witness cosigned it never contradicts: after a restart, a failing disk, a race.</summary>
public sealed class WitnessMemoryTests : IDisposable
{
    private const int StepsOfReplace = 5;
    private readonly TemporaryFolder folder = new();
    private readonly TestLog log = new(300);
    private readonly TestLog fork;
    private readonly FakeTimeProvider clock = new(TestLog.Now);
    private readonly NoteSigner key = NoteSigner.Generate(new KeyName("w1.example"), NoteAlgorithm.Ed25519Cosignature);

    public WitnessMemoryTests() => fork = log.Fork(5);

    public void Dispose()
    {
        fork.Dispose();
        log.Dispose();
        key.Dispose();
        folder.Dispose();
    }

    [Fact]
    public void After_a_restart_it_knows_what_it_cosigned()
    {
        using (var witness = Open()) Assert.Equal(200, witness.Add(log.Request(0, 10)).Status);

        using var again = Open();

        Assert.Equal(WitnessRefusal.Stale, again.Add(fork.Request(0, 10)).Refusal);
        Assert.Equal(WitnessRefusal.WrongProof, again.Add(fork.Request(10, 20)).Refusal);
        Assert.Equal(200, again.Add(log.Request(10, 20)).Status);
    }

    [Fact]
    public void Two_witnesses_never_share_a_memory()
    {
        using var witness = Open();

        Assert.Throws<IOException>(Open);
    }

    [Theory]
    [InlineData("not a note\n")]
    [InlineData("")]
    public void A_damaged_memory_stops_the_witness(string content)
    {
        using (var witness = Open()) witness.Add(log.Request(0, 10));
        File.WriteAllText(Path.Combine(folder.Path, $"{log.Trusted.OriginHash}.checkpoint"), content);

        Assert.Contains("is damaged", Assert.Throws<WitnessException>(Open).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_memory_that_nobody_signed_stops_the_witness()
    {
        using var stranger = NoteSigner.Generate(new KeyName(TestLog.Origin), NoteAlgorithm.Ed25519);
        File.WriteAllBytes(Path.Combine(folder.Path, $"{log.Trusted.OriginHash}.checkpoint"),
            SignedNote.Sign(log.Checkpoint(3).Text, TestLog.Now, stranger).ToBytes());

        Assert.Contains("neither its key nor ours", Assert.Throws<WitnessException>(Open).Message,
            StringComparison.Ordinal);
    }

    public static TheoryData<int> Steps => [.. Enumerable.Range(1, StepsOfReplace)];

    [Theory, MemberData(nameof(Steps))]
    public void A_disk_that_fails_at_any_step_makes_no_second_history(int step)
    {
        var disk = new FailingDisk();
        using (var witness = new Witness(folder.Path, [key], [log.Trusted], clock, disk))
        {
            Assert.Equal(200, witness.Add(log.Request(0, 10)).Status);
            disk.FailAt(step);
            // Nothing is cosigned when the state may not be kept, and nothing after that.
            Assert.Equal(WitnessRefusal.CannotRemember, witness.Add(log.Request(10, 20)).Refusal);
            Assert.Equal(WitnessRefusal.CannotRemember, witness.Add(log.Request(10, 20)).Refusal);
        }

        using var again = Open();
        // The disk holds the old tree or the new one: whichever it is, the other history has no place.
        var known = SignedNote.Parse(again.Answer("GET", $"{log.Trusted.OriginHash}/checkpoint", []).Body.Span).Text;
        var size = Checkpoint.Parse(known).Size;
        Assert.Equal(step < StepsOfReplace ? 10 : 20, size);
        Assert.Equal(WitnessRefusal.WrongProof, again.Add(fork.Request(size, 30)).Refusal);
        Assert.Equal(200, again.Add(log.Request(size, 30)).Status);
    }

    [Fact]
    public async Task Two_histories_offered_at_once_are_never_both_cosigned()
    {
        using var witness = Open();
        witness.Add(log.Request(0, 5));
        var cosigned = await Task.WhenAll(Enumerable.Range(0, 8).Select(asker => Task.Run(() =>
        {
            var history = asker % 2 == 0 ? log : fork;
            var (old, mine) = (5L, new List<TestLog>());
            for (var turn = 0; turn < 40 && old < 290; turn++)
            {
                var answer = witness.Add(history.Request(old, old + 1 + (asker + turn) % 3));
                if (answer.Status == 200) mine.Add(history);
                if (answer.Refusal is WitnessRefusal.Stale)
                    old = long.Parse(System.Text.Encoding.UTF8.GetString(answer.Body.Span).TrimEnd(),
                        System.Globalization.CultureInfo.InvariantCulture);
            }
            return mine;
        })));

        var histories = cosigned.SelectMany(history => history).Distinct().ToList();
        Assert.Single(histories);
    }

    private Witness Open() => new(folder.Path, [key], [log.Trusted], clock);

    /// <summary>A disk whose n-th step from now on fails, and no other.</summary>
    private sealed class FailingDisk : Disk
    {
        private int left;

        public void FailAt(int step) => left = step;

        public override FileStream Create(string path)
        {
            Step();
            return base.Create(path);
        }

        public override void Write(FileStream file, ReadOnlySpan<byte> bytes)
        {
            // A short write: half of it stands there.
            if (left == 1) base.Write(file, bytes[..(bytes.Length / 2)]);
            Step();
            base.Write(file, bytes);
        }

        public override void Flush(FileStream file)
        {
            Step();
            base.Flush(file);
        }

        public override void Rename(string from, string to)
        {
            Step();
            base.Rename(from, to);
        }

        public override void FlushFolder(string folder)
        {
            Step();
            base.FlushFolder(folder);
        }

        private void Step()
        {
            if (left > 0 && --left == 0) throw new IOException("the disk fails");
        }
    }
}
