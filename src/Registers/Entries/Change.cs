using Musubi.Vocabulary;

namespace Musubi.Registers;

/// <summary>Which act, by whom, where and under which law: what every change carries.</summary>
/// <param name="LegalBasis">The provision, as text for the entry.</param>
public sealed record ActHeader(
    ActId Act,
    ActKind Kind,
    Route Route,
    StaffId Staff,
    OfficeId Office,
    string LegalBasis,
    DateTimeOffset DecidedAt);

/// <summary>The whole new record of one person, and the version it was decided upon.</summary>
/// <param name="ExpectedVersion">Version of the entry that the clerk saw; 0 for a person not yet in the
/// register.</param>
public sealed record Change<TRecord>(long ExpectedVersion, DateOnly ValidFrom, TRecord Record)
    where TRecord : class, IRegisterRecord;

/// <summary>The act that was first: what the second clerk is told.</summary>
/// <param name="Since">When it prepared its change, or made it.</param>
public sealed record OtherAct(ActId Act, ActKind Kind, OfficeId Office, StaffId Staff, DateTimeOffset Since);

/// <summary>A register's answer to a prepare.</summary>
public sealed record PrepareAnswer(RefusalCode? Refusal, OtherAct? Other)
{
    public static PrepareAnswer Accepted { get; } = new(null, null);

    public static PrepareAnswer Refused(RefusalCode code, OtherAct? other = null) => new(code, other);
}

/// <summary>What a register knows of an act.</summary>
public enum ActInRegister
{
    /// <summary>Never heard of, or it changes nobody here.</summary>
    Unknown,
    Prepared,
    Confirmed,
    Cancelled,
}
