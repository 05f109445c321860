using Musubi.Chip.CvCertificates;
using Musubi.Chip.Tlv;
using Musubi.Chip.VirtualCards;

namespace Musubi.Chip.Applications.Eid;

/// <summary>The chip's own count of readings, on the card: a counter that never goes back and the last 32 sessions.
/// </summary>
/// <remarks>
/// One row for each session of a terminal, written before the first protected byte, verification or pseudonym leaves,
/// and again before something of another kind does. So a row may say more than the terminal got, never less: what was
/// read and is not here did not come from this card.
/// </remarks>
internal sealed class ReadingLedger(EacState state, CardSession session, ICardMemory memory)
{
    /// <summary>Keeps what is about to leave; returns after it is on disk.</summary>
    public void Note(CardUses uses)
    {
        var eac = session.Eac;
        if (eac.Terminal is not { } terminal)
            throw new InvalidOperationException("Nothing protected leaves without a terminal.");
        if (eac.IsCounted && (state.Readings.Rows[^1].Uses & uses) == uses) return;
        if (!eac.IsCounted) Open(terminal);
        // Only one session lives at a time, so its row is the last.
        var row = state.Readings.Rows[^1];
        state.Readings.Rows[^1] = row with { Uses = row.Uses | uses };
        // Crash before this: nothing has left. After: the row is there, whether or not the answer arrives.
        memory.Persist();
        eac.IsCounted = true;
    }

    /// <summary>The file as the holder reads it: E0 { 80 count, E1 row … }, the newest row first.</summary>
    public static byte[] Encode(ReadingRing readings) => TlvWriter.Encode(ReadingTags.Ring, ring =>
    {
        ring.Write(ReadingTags.Count, ReadingTags.Number((uint)readings.Count));
        for (var i = readings.Rows.Count - 1; i >= 0; i--)
        {
            var row = readings.Rows[i];
            ring.Write(ReadingTags.Row, w => w
                .Write(ReadingTags.RowNumber, ReadingTags.Number((uint)row.Number))
                .Write(ReadingTags.Terminal, CvReference.Parse(row.Terminal).ToBytes())
                .Write(ReadingTags.EffectiveFrom, CvDate.Write(row.EffectiveFrom))
                .Write(ReadingTags.Uses, ReadingTags.Number((uint)row.Uses)));
        }
    });

    private void Open(CvReference terminal)
    {
        state.Readings.Count++;
        state.Readings.Rows.Add(new ReadingRow(
            state.Readings.Count, terminal.ToString(), session.Eac.TerminalFrom, CardUses.None));
        if (state.Readings.Rows.Count > ReadingRing.MaximumRows) state.Readings.Rows.RemoveAt(0);
    }
}

/// <summary>What the card remembers of its readings.</summary>
public sealed class ReadingRing
{
    /// <summary>Rows kept; older ones fall out, the counter goes on.</summary>
    public const int MaximumRows = 32;

    /// <summary>Sessions in the card's life.</summary>
    public int Count { get; set; }

    /// <summary>The last sessions, oldest first.</summary>
    public List<ReadingRow> Rows { get; set; } = [];
}

/// <summary>One session on the card.</summary>
/// <param name="Number">1 for the first of the card's life.</param>
/// <param name="Terminal">The certificate's holder reference.</param>
/// <param name="EffectiveFrom">The certificate's first day: the card has no clock.</param>
/// <param name="Uses">What left, or was about to.</param>
public sealed record ReadingRow(int Number, string Terminal, DateOnly EffectiveFrom, CardUses Uses);

/// <summary>What left a card in one session: bit n − 1 for group n, then the rest.</summary>
[Flags]
public enum CardUses
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>The age was compared.</summary>
    Age = 1 << 24,

    /// <summary>The card's own validity was compared.</summary>
    Validity = 1 << 25,

    /// <summary>The municipality was compared.</summary>
    Municipality = 1 << 26,

    /// <summary>The pseudonym for the certificate's first sector.</summary>
    FirstPseudonym = 1 << 27,

    /// <summary>The pseudonym for the certificate's second sector.</summary>
    SecondPseudonym = 1 << 28,
}

/// <summary>Uses by data group number.</summary>
public static class CardUsesByGroup
{
    /// <summary>The reading of a group, 1 to 21.</summary>
    public static CardUses Reading(int group) => group is >= EidGroup.First and <= EidGroup.Last
        ? (CardUses)(1 << (group - 1))
        : throw new ArgumentOutOfRangeException(nameof(group), group, "Data groups are numbered 1 to 21.");

    /// <summary>The groups among the uses.</summary>
    public static IEnumerable<int> Groups(CardUses uses) =>
        Enumerable.Range(EidGroup.First, EidGroup.Last).Where(group => uses.HasFlag(Reading(group)));
}
