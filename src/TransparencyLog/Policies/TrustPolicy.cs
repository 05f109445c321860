using System.Collections.Immutable;
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
