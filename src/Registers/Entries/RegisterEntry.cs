using System.Globalization;
using Musubi.Vocabulary;

namespace Musubi.Registers;

/// <summary>One version of one person's record, for ever. Entries are added and never changed.</summary>
/// <param name="Sequence">Its place in the register's chain, from 1 without gaps.</param>
/// <param name="Version">1 for the person's first entry.</param>
/// <param name="ValidFrom">The day from which the law holds it true.</param>
/// <param name="RecordedAt">When it became what this register believes: the moment of the commit, the same in each
/// register that the act changed.</param>
/// <param name="PreviousHash">Hash of the entry before it in this register; 64 zeros for the first.</param>
public sealed record RegisterEntry<TRecord>(
    long Sequence,
    PersonId Person,
    long Version,
    ActId Act,
    ActKind Kind,
    StaffId Staff,
    OfficeId Office,
    string LegalBasis,
    DateOnly ValidFrom,
    DateTimeOffset RecordedAt,
    string PreviousHash,
    string Hash,
    TRecord Body)
    where TRecord : class, IRegisterRecord;

/// <summary>The row as it stands in the table.</summary>
internal sealed record EntryRow
{
    public long Sequence { get; init; }
    public string Person { get; init; } = "";
    public long Version { get; init; }
    public string Act { get; init; } = "";
    public string Kind { get; init; } = "";
    public string Staff { get; init; } = "";
    public string Office { get; init; } = "";
    public string LegalBasis { get; init; } = "";
    public string ValidFrom { get; init; } = "";
    public long RecordedAt { get; init; }
    public string PreviousHash { get; init; } = "";
    public string Hash { get; init; } = "";
    public string Body { get; init; } = "";

    /// <summary>Recomputes the hash before anything of the row is believed.</summary>
    /// <exception cref="RegisterTamperedException">The row is not the one that was written.</exception>
    public RegisterEntry<TRecord> Checked<TRecord>(StoreName store) where TRecord : class, IRegisterRecord
    {
        if (!string.Equals(EntryHash.Of(store, this), Hash, StringComparison.Ordinal))
            throw new RegisterTamperedException($"{store}: entry {Sequence} does not match its hash.");
        return new(Sequence, PersonId.Parse(Person), Version, ActId.Parse(Act), ActKind.Parse(Kind),
            StaffId.Parse(Staff),
            OfficeId.Parse(Office), LegalBasis, DateOnly.ParseExact(ValidFrom, "O", CultureInfo.InvariantCulture),
            DateTimeOffset.FromUnixTimeMilliseconds(RecordedAt), PreviousHash, Hash, RecordJson.Read<TRecord>(Body));
    }
}
