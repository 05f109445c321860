using Musubi.TransparencyLog.Merkle;
using Musubi.TransparencyLog.Notes;
using Musubi.TransparencyLog.Policies;

namespace Musubi.Tests.TransparencyLog.Policies;

/// <summary>C2SP tlog-policy.</summary>
public sealed class TrustPolicyTests : IDisposable
{
    private static readonly DateTimeOffset Now = TestLog.Now;
    private readonly NoteSigner log = NoteSigner.Generate(new KeyName("log.example"), NoteAlgorithm.Ed25519);
    private readonly NoteSigner[] x = Witnesses("x");
    private readonly NoteSigner[] y = Witnesses("y");

    public void Dispose()
    {
        foreach (var signer in (NoteSigner[])[log, .. x, .. y]) signer.Dispose();
    }

    /// <summary>The example of the specification: two of three of one organisation, and any of another.</summary>
    private string Example =>
        $"""
        # Two organisations.
        log {log.Key} https://log.example/

        witness X1 {x[0].Key}
        witness X2 {x[1].Key} https://x2.example/w
        witness X3 {x[2].Key}
        group X-witnesses 2 X1 X2 X3

        witness Y1 {y[0].Key}
          witness	Y2  {y[1].Key}
        witness Y3 {y[2].Key}
        group Y-witnesses any Y1 Y2 Y3

        group X-and-Y all X-witnesses Y-witnesses
        quorum X-and-Y

        """;

    [Fact]
    public void The_example_of_the_specification_is_read()
    {
        var policy = TrustPolicy.Parse(Example);

        Assert.Equal([new PolicyLog(log.Key, new Uri("https://log.example/"))], policy.Logs);
        Assert.Equal(["X1", "X2", "X3", "Y1", "Y2", "Y3"], policy.Witnesses.Select(witness => witness.Name));
        Assert.Equal([("X-witnesses", 2), ("Y-witnesses", 1), ("X-and-Y", 2)],
            policy.Groups.Select(group => (group.Name, group.Needed)));
        Assert.Equal(new Uri("https://x2.example/w"), policy.Witnesses[1].Address);
    }

    [Fact]
    public void What_is_written_says_the_same_policy()
    {
        var policy = TrustPolicy.Parse(Example.Replace(" X1 ", " \u212a1 ", StringComparison.Ordinal));

        var again = TrustPolicy.Parse(policy.ToBytes());

        Assert.Equal(policy.ToBytes(), again.ToBytes());
        Assert.Equal(policy.Witnesses, again.Witnesses);
        Assert.Equal(policy.Logs, again.Logs);
        Assert.Equal("X-and-Y", again.Quorum);
    }

    [Theory]
    [InlineData("", "", PolicyVerdict.QuorumMissed)]
    [InlineData("01", "", PolicyVerdict.QuorumMissed)]
    [InlineData("0", "0", PolicyVerdict.QuorumMissed)]
    [InlineData("", "012", PolicyVerdict.QuorumMissed)]
    [InlineData("02", "1", PolicyVerdict.Accepted)]
    [InlineData("012", "012", PolicyVerdict.Accepted)]
    public void Two_of_one_and_any_of_the_other_are_enough(string ofX, string ofY, PolicyVerdict expected)
    {
        var note = SignedNote.Sign(Text("log.example"), Now,
            [log, .. ofX.Select(i => x[i - '0']), .. ofY.Select(i => y[i - '0'])]);

        Assert.Equal(expected, TrustPolicy.Parse(Example).Check(note));
    }

    [Fact]
    public void Witnesses_without_the_log_are_nothing() =>
        Assert.Equal(PolicyVerdict.UnknownLog,
            TrustPolicy.Parse(Example).Check(SignedNote.Sign(Text("log.example"), Now, [.. x, .. y])));

    [Fact]
    public void A_log_signs_for_its_own_origin_only() =>
        Assert.Equal(PolicyVerdict.UnknownLog,
            TrustPolicy.Parse(Example).Check(SignedNote.Sign(Text("other.example"), Now, [log, .. x, .. y])));

    [Fact]
    public void A_cosignature_that_fails_refuses_the_checkpoint()
    {
        var other = x[0].Sign(Text("log.example") + "more\n", Now);
        var note = SignedNote.Sign(Text("log.example"), Now, [log, x[1], x[2], y[0]]).With([other]);

        Assert.Equal(PolicyVerdict.BadSignature, TrustPolicy.Parse(Example).Check(note));
    }

    [Fact]
    public void Quorum_none_needs_the_log_alone() =>
        Assert.Equal(PolicyVerdict.Accepted, TrustPolicy.Parse($"log {log.Key}\nquorum none\n")
            .Check(SignedNote.Sign(Text("log.example"), Now, log)));

    [Fact]
    public void Names_are_octets_and_not_letters()
    {
        // K and the Kelvin sign are one letter to Unicode and two names to a policy (section Character set).
        var policy = TrustPolicy.Parse($"witness K {x[0].Key}\nwitness \u212a {x[1].Key}\nquorum \u212a\n");

        Assert.False(policy.IsQuorum([x[0].Key]));
        Assert.True(policy.IsQuorum([x[1].Key]));
    }

    [Theory]
    [InlineData("quorum none", "ends with a newline")]
    [InlineData("\n", "has a quorum line")]
    [InlineData("quorum none\nquorum none\n", "line 2: a policy has one quorum line")]
    [InlineData("quorum W\n", "line 1: nobody of this name")]
    [InlineData("log nonsense\nquorum none\n", "line 1: the key is no vkey")]
    [InlineData("log {W1}\nquorum none\n", "line 1: a log's key is of type")]
    [InlineData("log {LOG}\nlog {LOG}\nquorum none\n", "line 2: this log is listed already")]
    [InlineData("witness A {LOG}\nquorum A\n", "line 1: a witness' key is of type")]
    [InlineData("witness A {W1}\nwitness B {W1}\nquorum A\n", "line 2: this witness is listed already")]
    [InlineData("witness A {W1}\nwitness A {W2}\nquorum A\n", "line 2: this name is taken")]
    [InlineData("witness none {W1}\nquorum none\n", "line 1: 'none' is taken")]
    [InlineData("witness A {W1}\ngroup A any A\nquorum A\n", "line 2: this name is taken")]
    [InlineData("group G any A\nwitness A {W1}\nquorum G\n", "line 1: a group names only what stands above")]
    [InlineData("witness A {W1}\ngroup G 2 A\nquorum G\n", "line 2: a group needs")]
    [InlineData("witness A {W1}\ngroup G 0 A\nquorum G\n", "line 2: a group needs")]
    [InlineData("witness A {W1}\ngroup G any A A\nquorum G\n", "line 2: a name is a member at most once")]
    [InlineData("witness A {W1}\ngroup G any A\ngroup H any A\nquorum H\n", "line 3: a name is a member at most once")]
    [InlineData("witness A {W1}\ngroup G any\nquorum G\n", "line 2: this is no log, witness")]
    [InlineData("witness A {W1} ftp://a\nquorum A\n", "line 1: the address is not http")]
    [InlineData("policy\nquorum none\n", "line 1: this is no log, witness")]
    [InlineData("quorum none\r\n", "no control characters")]
    public void What_is_no_policy_is_refused_with_its_line(string file, string reason)
    {
        var text = file.Replace("{LOG}", log.Key.ToString(), StringComparison.Ordinal)
            .Replace("{W1}", x[0].Key.ToString(), StringComparison.Ordinal)
            .Replace("{W2}", x[1].Key.ToString(), StringComparison.Ordinal);

        Assert.Contains(reason, Assert.Throws<NoteException>(() => TrustPolicy.Parse(text)).Message,
            StringComparison.Ordinal);
    }

    private static string Text(string origin) => new Checkpoint(new LogOrigin(origin), 1, TreeHash.Leaf("one"u8)).Text;

    private static NoteSigner[] Witnesses(string of) => [.. Enumerable.Range(1, 3).Select(i =>
        NoteSigner.Generate(new KeyName($"{of}{i}.example"), i == 2 ? NoteAlgorithm.MlDsa44
            : NoteAlgorithm.Ed25519Cosignature))];
}
