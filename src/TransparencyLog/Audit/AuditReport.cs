using System.Collections.Immutable;
using Musubi.TransparencyLog.Notes;

namespace Musubi.TransparencyLog.Audit;

/// <summary>What an audit of a whole log found.</summary>
public enum AuditVerdict
{
    /// <summary>Every entry leads to the signed root, and the tree goes on from the one that was seen before.</summary>
    Whole = 1,

    /// <summary>There is no checkpoint, or it is none.</summary>
    NoCheckpoint,

    /// <summary>The checkpoint is another log's.</summary>
    AnotherLog,

    /// <summary>The checkpoint is not signed as it must be.</summary>
    NotTrusted,

    /// <summary>A published file is missing, malformed or not what the others make of it.</summary>
    Broken,

    /// <summary>The files lead to another root than the signed one.</summary>
    WrongRoot,

    /// <summary>The log is smaller than when it was seen before: something was taken back.</summary>
    RolledBack,

    /// <summary>The log is not the one that was seen before: two histories were shown, and both are signed.</summary>
    SplitView,
}

/// <param name="Path">The published file.</param>
/// <param name="What">What is wrong with it.</param>
public sealed record AuditFinding(string Path, string What);

/// <summary>The result of an audit.</summary>
/// <param name="Note">The checkpoint that was audited; null where there was none.</param>
/// <param name="Remembered">The checkpoint that was seen before, where there was one.</param>
/// <param name="Findings">The first broken files, at most <see cref="LogAudit.MostFindings"/>.</param>
/// <param name="Broken">How many were found broken.</param>
/// <param name="Why">One sentence.</param>
public sealed record AuditReport(
    AuditVerdict Verdict, SignedNote? Note, Checkpoint? Checkpoint, SignedNote? Remembered,
    ImmutableArray<AuditFinding> Findings, long Broken, string Why);
