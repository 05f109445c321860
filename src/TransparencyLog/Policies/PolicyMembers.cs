using System.Collections.Immutable;
using Musubi.TransparencyLog.Notes;

namespace Musubi.TransparencyLog.Policies;

/// <summary>A log that a policy lists: <c>log &lt;vkey&gt; [&lt;url&gt;]</c>. Its key's name is its origin.</summary>
public sealed record PolicyLog(NoteKey Key, Uri? Address);

/// <summary>A witness that a policy lists: <c>witness &lt;name&gt; &lt;vkey&gt; [&lt;url&gt;]</c>.</summary>
/// <param name="Name">Of use in the policy alone.</param>
/// <param name="Address">The submission prefix of tlog-witness.</param>
public sealed record PolicyWitness(string Name, NoteKey Key, Uri? Address);

/// <summary>A group: <c>group &lt;name&gt; all|any|&lt;k&gt; &lt;name&gt;…</c> counts as a cosigner when so many of its
/// members do.</summary>
public sealed record PolicyGroup(string Name, int Needed, ImmutableArray<string> Members);
