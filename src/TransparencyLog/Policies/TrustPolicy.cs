using System.Collections.Immutable;
using System.Text;
using Musubi.TransparencyLog.Notes;

namespace Musubi.TransparencyLog.Policies;

/// <summary>Which logs are believed, and how many of which witnesses must have cosigned (C2SP tlog-policy). It is all
/// that offline verification needs.</summary>
public sealed class TrustPolicy
{
    /// <summary>Most bytes of a policy file.</summary>
    public const int MostBytes = 1_000_000;

    /// <summary>The name of the quorum that needs nobody.</summary>
    public const string NoQuorum = "none";

    private readonly ImmutableArray<NoteVerifier> logVerifiers;
    private readonly ImmutableArray<NoteVerifier> witnessVerifiers;
    private readonly ImmutableArray<NoteVerifier> all;

    internal TrustPolicy(
        ImmutableArray<PolicyLog> logs, ImmutableArray<PolicyWitness> witnesses, ImmutableArray<PolicyGroup> groups,
        string quorum)
    {
        Logs = logs;
        Witnesses = witnesses;
        Groups = groups;
        Quorum = quorum;
        logVerifiers = [.. logs.Select(log => new NoteVerifier(log.Key))];
        witnessVerifiers = [.. witnesses.Select(witness => new NoteVerifier(witness.Key))];
        all = [.. logVerifiers, .. witnessVerifiers];
    }

    public ImmutableArray<PolicyLog> Logs { get; }

    public ImmutableArray<PolicyWitness> Witnesses { get; }

    /// <summary>In the order of the file: a group names only what stands above it.</summary>
    public ImmutableArray<PolicyGroup> Groups { get; }

    /// <summary>A witness, a group, or <see cref="NoQuorum"/>.</summary>
    public string Quorum { get; }

    /// <summary>Reads a policy file.</summary>
    /// <exception cref="NoteException">It is none; the message names the line.</exception>
    public static TrustPolicy Parse(ReadOnlySpan<byte> file) => new PolicyReader().Read(file);

    /// <inheritdoc cref="Parse(ReadOnlySpan{byte})"/>
    public static TrustPolicy Parse(string file)
    {
        ArgumentNullException.ThrowIfNull(file);
        return NoteText.CanBeBytes(file)
            ? Parse(NoteText.Utf8.GetBytes(file))
            : throw new NoteException("a policy is whole characters");
    }

    /// <summary>The file that says this policy, one line each, without comments.</summary>
    public byte[] ToBytes()
    {
        var file = new StringBuilder();
        foreach (var log in Logs) file.Append("log ").Append(Octets(log.Key)).Append(At(log.Address)).Append('\n');
        foreach (var (name, key, address) in Witnesses)
            file.Append("witness ").Append(name).Append(' ').Append(Octets(key)).Append(At(address)).Append('\n');
        foreach (var (name, needed, members) in Groups)
            file.Append("group ").Append(name).Append(' ').Append(NoteText.Number(needed)).Append(' ')
                .AppendJoin(' ', members).Append('\n');
        // Names are octets, one to a letter; everything else is written so too.
        return Encoding.Latin1.GetBytes(file.Append("quorum ").Append(Quorum).Append('\n').ToString());

        static string Octets(NoteKey key) => Encoding.Latin1.GetString(NoteText.Utf8.GetBytes(key.ToString()));

        static string At(Uri? address) => address is null ? "" : $" {address.AbsoluteUri}";
    }

    /// <summary>Whether a checkpoint can be believed.</summary>
    public PolicyVerdict Check(SignedNote note)
    {
        ArgumentNullException.ThrowIfNull(note);
        var verdict = note.Verify(all);
        if (verdict.Trust is NoteTrust.BadSignature) return PolicyVerdict.BadSignature;
        if (!Checkpoint.TryParse(note.Text, out var checkpoint)) return PolicyVerdict.NoCheckpoint;
        if (!Logs.Any(log => log.Key.Name.Value == checkpoint.Origin.Value && verdict.Has(log.Key)))
            return PolicyVerdict.UnknownLog;
        return IsQuorum(verdict.Signatures.Select(signature => signature.Key))
            ? PolicyVerdict.Accepted
            : PolicyVerdict.QuorumMissed;
    }

    /// <summary>Whether these keys are enough of the listed witnesses'.</summary>
    public bool IsQuorum(IEnumerable<NoteKey> cosigners)
    {
        if (Quorum is NoQuorum) return true;
        var keys = cosigners.ToHashSet();
        var witnessing = Witnesses.Where(witness => keys.Contains(witness.Key)).Select(witness => witness.Name)
            .ToHashSet(StringComparer.Ordinal);
        // Groups name what stands above them, so their order is the order of evaluation.
        foreach (var group in Groups)
            if (group.Members.Count(witnessing.Contains) >= group.Needed)
                witnessing.Add(group.Name);
        return witnessing.Contains(Quorum);
    }
}
