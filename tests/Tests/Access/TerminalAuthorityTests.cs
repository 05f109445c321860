using CsCheck;
using Microsoft.Extensions.Time.Testing;
using Musubi.Access;
using Musubi.Chip.Crypto;
using Musubi.Chip.CvCertificates;
using Musubi.Tests.Counter;
using Musubi.Vocabulary;

namespace Musubi.Tests.Access;

public sealed class TerminalAuthorityTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 24, 9, 0, 0, TimeSpan.FromHours(9));
    private static readonly Jurisdiction Law = Persons.Law;
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

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
        var (authority, _) = await Authority();
        foreach (var entry in Law.AccessList.Entries)
        {
            using var certificate = await authority.Issue(entry.Id, Cancel);
            var terminal = certificate.Chain[^1];
            Assert.Equal(EntryRights.Of(Law.Card, entry), certificate.Rights);
            Assert.Equal(new DateOnly(2026, 11, 24), terminal.EffectiveFrom);
            Assert.Equal(new DateOnly(2026, 11, 25), terminal.Expires);
            Assert.Equal(CertificateDescription.Hash([.. certificate.Description]), terminal.DescriptionHash.ToArray());
            var words = System.Text.Encoding.UTF8.GetString(certificate.Description.AsSpan());
            Assert.Contains($"entry {entry.Id}; list version {Law.AccessList.Version}", words,
                StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_landlord_has_no_right_on_any_group_about_the_stay()
    {
        var (authority, _) = await Authority();
        using var certificate = await authority.Issue(EntryId.Parse("landlord"), Cancel);
        foreach (var group in new[] { 15, 17, 18, 19, 20, 21 })
            Assert.False(certificate.Rights.HasFlag(EidRightsByGroup.Read(group)), $"DG{group}");
    }

    [Fact]
    public async Task An_employer_reads_the_work_answer_and_nothing_else_about_the_stay()
    {
        var (authority, _) = await Authority();
        using var certificate = await authority.Issue(EntryId.Parse("employer"), Cancel);
        Assert.True(certificate.Rights.HasFlag(EidRights.ReadDg21));
        Assert.False(certificate.Rights.HasFlag(EidRights.ReadDg19));
        Assert.False(certificate.Rights.HasFlag(EidRights.ReadDg20));
    }

    [Fact]
    public async Task No_certificate_comes_from_an_entry_that_is_unknown_or_not_in_force()
    {
        var (authority, time) = await Authority();
        Assert.Equal(RefusalCode.EntryUnknown, authority.WhyNot(EntryId.Parse("nobody")));
        Assert.Null(authority.WhyNot(EntryId.Parse("landlord")));
        time.Advance(TimeSpan.FromDays(366 * 3));
        Assert.Equal(RefusalCode.EntryNotInForce, authority.WhyNot(EntryId.Parse("landlord")));
        await Assert.ThrowsAsync<InvalidOperationException>(async () =>
            await authority.Issue(EntryId.Parse("landlord"), Cancel));
    }

    [Fact]
    public void Every_field_of_every_published_entry_can_be_opened() => Assert.All(Law.AccessList.Entries,
        entry => Assert.Empty(EntryRights.Unreadable(Law.Card, entry)));

    private static Gen<FieldId[]> SomeFields =>
        Gen.Int[0, (1 << Law.Card.Fields.Length) - 1].Select(bits =>
            Law.Card.Fields.Where((_, index) => (bits >> index & 1) == 1).Select(one => one.Id).ToArray());

    private static async Task<(TerminalAuthority, FakeTimeProvider)> Authority()
    {
        var time = new FakeTimeProvider(Now);
        var root = await CvCertificateAuthority.CreateRoot(CvReference.Parse("UTCVCA00001"),
            CvKey.Create(DomainParameters.BrainpoolP256r1), EidRights.All, new DateOnly(2026, 1, 1),
                new DateOnly(2036, 1, 1), Cancel);
        return (new TerminalAuthority(root, CvKey.Create(DomainParameters.BrainpoolP256r1), Law, time), time);
    }
}
