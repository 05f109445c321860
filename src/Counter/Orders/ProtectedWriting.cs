using System.Security.Cryptography.X509Certificates;
using Musubi.Access;
using Musubi.Chip;
using Musubi.Chip.Applications.Eid;
using Musubi.Chip.Applications.Emrtd;
using Musubi.Chip.ChipAuthentication;
using Musubi.Chip.PassiveAuthentication;
using Musubi.Registers;
using Musubi.Vocabulary;

namespace Musubi.Counter;

/// <summary>Rewrites the protected groups of a merged card, with the write rights of an entry of the published list and
/// the holder's PIN. Nobody writes without an entry, the counter neither.</summary>
internal sealed class ProtectedWriting(
    TerminalAuthority authority, CardContent content, Jurisdiction law, X509Certificate2 countrySigner,
        TimeProvider time)
{
    /// <summary>The refusal, or null when all groups were changed together.</summary>
    /// <exception cref="CardChannelException">The card is gone: it holds all old groups, or all new ones.</exception>
    public async Task<Refusal?> Write(
        CardRewrite rewrite, ResidenceRecord record, StepInput.WriteCard writing, CancellationToken cancel)
    {
        if (writing.Pin is not { } pin) return new Refusal(RefusalCode.PinNeeded);
        if (record.Cards.FirstOrDefault(card => card.Serial == rewrite.Serial) is not { } row)
            return new Refusal(RefusalCode.CardUnknown);
        var today = law.DayOf(time.GetUtcNow());
        var entry = authority.Lists.Current.List.Entries.FirstOrDefault(one =>
            one.IsInForce(today) && rewrite.Fields.All(one.Writes.Contains));
        if (entry is null) return new Refusal(RefusalCode.RightNotInEntry, Fields: rewrite.Fields);

        var (issued, none) = await authority.Issue(entry.Id, cancel);
        if (issued is null) return none;
        using var certificate = issued;
        var rights = EntryRights.Writing(law.Card, rewrite.Fields);
        var trust = new CardSecurityTrust([countrySigner], time.GetUtcNow());
        var (chip, why) = await TerminalSession.Open(
            writing.Card, new ReadingPassword.Pin(pin), certificate, rights, trust, cancel);
        if (chip is null) return why;
        using (chip)
        {
            // Is it that very card? Its issuer signed the number it bears.
            var document = await EmrtdReader.Read(chip, trust.CountrySigners, trust.On, cancel);
            if (!document.IsGiven || document.Value.Verdict is not SignedContentVerdict.Genuine)
                return new Refusal(RefusalCode.CardForged);
            if (!string.Equals(document.Value.Mrz.DocumentNumber, row.Number.Stored, StringComparison.Ordinal))
                return new Refusal(RefusalCode.CardsOfDifferentPeople);
            var written = await EidWriter.WriteGroups(chip, content.Groups(rewrite.Fields, record, row), cancel);
            return written.IsGiven ? null : new Refusal(RefusalCode.CardWriteUnfinished, Fields: rewrite.Fields);
        }
    }
}
