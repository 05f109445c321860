using System.Text;
using CsCheck;
using Microsoft.Extensions.Time.Testing;
using Musubi.Access;
using Musubi.Chip.CvCertificates;
using Musubi.Tests.Counter;
using Musubi.Vocabulary;

namespace Musubi.Tests.Access;

public sealed class TerminalAuthorityTests
{
    private static readonly Jurisdiction Law = Persons.Law;

    /// <summary>An oracle of its own: a group may be opened only when each field in it is named by the entry.</summary>
    [Fact]
    public void No_right_reaches_a_field_that_the_entry_does_not_name() =>
        Gen.Select(SomeFields, SomeFields, Gen.Bool).Sample((reads, writes, can) =>
        {
            var entry = Law.AccessList.Entries[0] with { Fields = [.. reads], Writes = [.. writes], CanAllowed = can };
            var rights = EntryRights.Of(Law.Card, entry);
            for (var group = 1; group <= 21; group++)
            {
                var inGroup = Law.Card.Fields.Where(field => field.Merged.Groups.Contains(group)).Select(field =>
                    field.Id).ToList();
                if (rights.HasFlag(EidRightsByGroup.Read(group))
                    && !(inGroup.Count > 0 && inGroup.All(reads.Contains))) return false;
                var write = EidRightsByGroup.Write(group);
                if (write is not EidRights.None && rights.HasFlag(write)
                    && !(inGroup.Count > 0 && inGroup.All(writes.Contains))) return false;
            }
            const EidRights Others = EidRights.All & ~(EidRights)((0x1FUL << 33) | (0x1FFFFFUL << 8));
            return (rights & Others) == (can ? EidRights.CanAllowed : EidRights.None);
        });

    [Fact]
    public async Task Every_published_entry_gets_exactly_its_rights_for_48_hours_at_most()
    {
        await using var world = await AccessWorld.Open();
        foreach (var entry in Law.AccessList.Entries)
        {
            using var certificate = await world.Issue(entry.Id);
            var terminal = certificate.Chain[^1];
            Assert.Equal(EntryRights.Of(Law.Card, entry), certificate.Rights);
            Assert.Equal(new DateOnly(2026, 11, 24), terminal.EffectiveFrom);
            Assert.Equal(new DateOnly(2026, 11, 25), terminal.Expires);
            Assert.Equal(CertificateDescription.Hash([.. certificate.Description]), terminal.DescriptionHash.ToArray());
            var words = Encoding.UTF8.GetString(certificate.Description.AsSpan());
            Assert.Contains($"entry {entry.Id}; list version {Law.AccessList.Version}; not yet in the log; "
                + $"reader {entry.Identifier}; ", words, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_certificate_ends_with_its_entry_when_that_is_earlier()
    {
        await using var world = await AccessWorld.Open();
        world.Time.SetUtcNow(new DateTimeOffset(2029, 6, 13, 9, 0, 0, TimeSpan.FromHours(9)));
        using var certificate = await world.Issue(Lists.Landlord);
        Assert.Equal(new DateOnly(2029, 6, 13), certificate.Chain[^1].Expires);
    }

    [Fact]
    public async Task A_landlord_has_no_right_on_any_group_about_the_stay()
    {
        await using var world = await AccessWorld.Open();
        using var certificate = await world.Issue(Lists.Landlord);
        foreach (var group in new[] { 15, 17, 18, 19, 20, 21 })
            Assert.False(certificate.Rights.HasFlag(EidRightsByGroup.Read(group)), $"DG{group}");
    }

    [Fact]
    public async Task An_employer_reads_the_work_answer_and_nothing_else_about_the_stay()
    {
        await using var world = await AccessWorld.Open();
        using var certificate = await world.Issue(EntryId.Parse("employer"));
        Assert.True(certificate.Rights.HasFlag(EidRights.ReadDg21));
        Assert.False(certificate.Rights.HasFlag(EidRights.ReadDg19));
        Assert.False(certificate.Rights.HasFlag(EidRights.ReadDg20));
    }

    [Fact]
    public async Task No_certificate_comes_from_an_entry_that_is_not_in_force_and_each_reason_has_its_name()
    {
        await using var world = await AccessWorld.Open();
        Assert.Equal(RefusalCode.EntryUnknown, await world.WhyNoCertificate(EntryId.Parse("nobody")));
        Assert.Null(await world.House.Lists.Withdraw(AccessWorld.Sato, Lists.Clinic, "closed"));
        Assert.Equal(RefusalCode.EntryRevoked, await world.WhyNoCertificate(Lists.Clinic));
        world.Time.SetUtcNow(new DateTimeOffset(2029, 6, 14, 0, 0, 0, TimeSpan.FromHours(9)));
        Assert.Equal(RefusalCode.EntryNotInForce, await world.WhyNoCertificate(Lists.Landlord));
        Assert.Equal(RefusalCode.EntryRevoked, await world.WhyNoCertificate(Lists.Clinic));

        await using var early = await AccessWorld.Open(
            time: new FakeTimeProvider(new DateTimeOffset(2026, 6, 13, 9, 0, 0, TimeSpan.FromHours(9))));
        Assert.Equal(RefusalCode.EntryNotYetInForce, await early.WhyNoCertificate(Lists.Landlord));
    }

    [Fact]
    public async Task A_clock_that_was_set_back_gives_nothing_even_after_a_restart()
    {
        await using var world = await AccessWorld.Open();
        world.Time.SetUtcNow(new DateTimeOffset(2029, 6, 14, 0, 0, 0, TimeSpan.FromHours(9)));
        Assert.Equal(RefusalCode.EntryNotInForce, await world.WhyNoCertificate(Lists.Landlord));
        await world.Restart(new DateTimeOffset(2029, 6, 13, 23, 54, 0, TimeSpan.FromHours(9)));
        Assert.Equal(RefusalCode.ClockSetBack, await world.WhyNoCertificate(Lists.Landlord));
        // A correction of seconds is no setting back.
        await world.Restart(new DateTimeOffset(2029, 6, 13, 23, 59, 30, TimeSpan.FromHours(9)));
        using var certificate = await world.Issue(Lists.Landlord);
    }

    [Fact]
    public async Task Each_certificate_is_recorded_before_anybody_has_it()
    {
        await using var world = await AccessWorld.Open();
        using var certificate = await world.Issue(Lists.Landlord);
        var record = Assert.Single(await world.Outbox<TerminalCertificateRecord>(TerminalCertificateRecord.Topic));
        Assert.Equal((certificate.Chain[^1].Holder.ToString(), Lists.Landlord, 1),
            (record.Holder, record.Entry, record.ListVersion));
        Assert.Equal(certificate.Chain[^1].Encoded.ToArray(), Convert.FromBase64String(record.Certificate));
        Assert.Equal(certificate.Description, Convert.FromBase64String(record.Description));
        // What cannot be recorded is not made.
        await world.Stores.Journal.Writer.DisposeAsync();
        Assert.Equal(RefusalCode.CannotRecord, await world.WhyNoCertificate(Lists.Landlord));
    }

    [Fact]
    public async Task No_two_certificates_have_one_name()
    {
        await using var world = await AccessWorld.Open();
        using var one = await world.Issue(Lists.Landlord);
        using var other = await world.Issue(Lists.Landlord);
        Assert.NotEqual(one.Chain[^1].Holder, other.Chain[^1].Holder);
    }

    [Fact]
    public void Every_field_of_every_published_entry_can_be_opened() => Assert.All(Law.AccessList.Entries,
        entry => Assert.Empty(EntryRights.Unreadable(Law.Card, entry)));

    private static Gen<FieldId[]> SomeFields =>
        Gen.Int[0, (1 << Law.Card.Fields.Length) - 1].Select(bits =>
            Law.Card.Fields.Where((_, index) => (bits >> index & 1) == 1).Select(one => one.Id).ToArray());
}
