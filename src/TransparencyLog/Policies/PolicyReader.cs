using System.Collections.Immutable;
using System.Text;
using Musubi.TransparencyLog.Notes;

namespace Musubi.TransparencyLog.Policies;

/// <summary>Reads one policy file, line by line (C2SP tlog-policy, Policy file syntax and structure).</summary>
internal sealed class PolicyReader
{
    // "It is strongly recommended that an implementation supports at least up to 32" of each.
    private const int MostOfEach = 128;
    private const int MostLines = 4096;
    private static readonly char[] WhiteSpace = [' ', '\t'];

    private readonly List<PolicyLog> logs = [];
    private readonly List<PolicyWitness> witnesses = [];
    private readonly List<PolicyGroup> groups = [];
    private readonly HashSet<string> names = new(StringComparer.Ordinal);
    private readonly HashSet<string> members = new(StringComparer.Ordinal);
    private string? quorum;
    private int line;

    public TrustPolicy Read(ReadOnlySpan<byte> file)
    {
        if (file.Length > TrustPolicy.MostBytes)
            throw new NoteException($"a policy has at most {TrustPolicy.MostBytes} bytes");
        if (file.IndexOfAnyInRange((byte)0x00, (byte)0x08) >= 0 || file.IndexOfAnyInRange((byte)0x0b, (byte)0x1f) >= 0
            || file.Contains((byte)0x7f))
            throw new NoteException("a policy has no control characters but tab and newline");
        if (file is not [.., (byte)'\n']) throw new NoteException("each line of a policy ends with a newline");
        // Names are octets: Latin-1 keeps every one of them apart, whatever they mean.
        var lines = Encoding.Latin1.GetString(file[..^1]).Split('\n', MostLines + 1);
        if (lines.Length > MostLines) throw new NoteException($"a policy has at most {MostLines} lines");
        foreach (var text in lines)
        {
            line++;
            Read(text.Split(WhiteSpace, StringSplitOptions.RemoveEmptyEntries));
        }
        return new TrustPolicy([.. logs], [.. witnesses], [.. groups],
            quorum ?? throw new NoteException("a policy has a quorum line"));
    }

    private void Read(string[] words)
    {
        switch (words)
        {
            case [] or [['#', ..], ..]:
                break;
            case ["log", var key]:
                AddLog(key, address: null);
                break;
            case ["log", var key, var address]:
                AddLog(key, address);
                break;
            case ["witness", var name, var key]:
                AddWitness(name, key, address: null);
                break;
            case ["witness", var name, var key, var address]:
                AddWitness(name, key, address);
                break;
            case ["group", var name, var needed, .. { Length: > 0 } of]:
                AddGroup(name, needed, of);
                break;
            case ["quorum", var name]:
                if (quorum is not null) throw Wrong("a policy has one quorum line");
                if (name != TrustPolicy.NoQuorum && !names.Contains(name)) throw Wrong("nobody of this name is above");
                quorum = name;
                break;
            default:
                throw Wrong("this is no log, witness, group or quorum line");
        }
    }

    private void AddLog(string vkey, string? address)
    {
        var key = Key(vkey);
        // A timed Ed25519 cosignature is a witness' statement; ML-DSA-44 is both (tlog-checkpoint, Signatures).
        if (key.Algorithm is NoteAlgorithm.Ed25519Cosignature) throw Wrong("a log's key is of type 0x01 or 0x06");
        if (logs.Any(log => IsSame(log.Key, key))) throw Wrong("this log is listed already");
        if (logs.Count == MostOfEach) throw Wrong($"a policy lists at most {MostOfEach} logs");
        logs.Add(new PolicyLog(key, Address(address)));
    }

    private void AddWitness(string name, string vkey, string? address)
    {
        var key = Key(vkey);
        if (key.Algorithm is NoteAlgorithm.Ed25519) throw Wrong("a witness' key is of type 0x04 or 0x06");
        if (witnesses.Any(witness => IsSame(witness.Key, key))) throw Wrong("this witness is listed already");
        if (witnesses.Count == MostOfEach) throw Wrong($"a policy lists at most {MostOfEach} witnesses");
        Define(name);
        witnesses.Add(new PolicyWitness(name, key, Address(address)));
    }

    private void AddGroup(string name, string needed, string[] of)
    {
        foreach (var member in of)
        {
            if (!names.Contains(member)) throw Wrong("a group names only what stands above it");
            // Once, so that a witness counts in one way only.
            if (!members.Add(member)) throw Wrong("a name is a member at most once");
        }
        var count = needed switch
        {
            "all" => of.Length,
            "any" => 1,
            // A number: words of a file, not our enum.
            _ => NoteText.TryNumber(needed, out var k) && k >= 1 && k <= of.Length
                ? (int)k
                : throw Wrong("a group needs all, any, or a number from 1 to its number of members"),
        };
        if (groups.Count == MostOfEach) throw Wrong($"a policy lists at most {MostOfEach} groups");
        Define(name);
        groups.Add(new PolicyGroup(name, count, [.. of]));
    }

    private void Define(string name)
    {
        if (name == TrustPolicy.NoQuorum) throw Wrong("'none' is taken");
        if (!names.Add(name)) throw Wrong("this name is taken");
    }

    private NoteKey Key(string vkey)
    {
        try
        {
            // A key's name is text, so its octets are UTF-8 again.
            return NoteKey.Parse(NoteText.Utf8.GetString(Encoding.Latin1.GetBytes(vkey)));
        }
        catch (Exception fault) when (fault is NoteException or DecoderFallbackException)
        {
            throw Wrong($"the key is no vkey: {fault.Message}");
        }
    }

    private Uri? Address(string? text)
    {
        if (text is null) return null;
        return Uri.TryCreate(text, UriKind.Absolute, out var address)
            && (address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps)
                ? address
                : throw Wrong("the address is not http or https");
    }

    // Duplicate means the same key, whatever it is called (tlog-policy, Public key representation).
    private static bool IsSame(NoteKey one, NoteKey other) =>
        one.PublicKey.Span.SequenceEqual(other.PublicKey.Span);

    private NoteException Wrong(string why) => new($"policy, line {line}: {why}");
}
