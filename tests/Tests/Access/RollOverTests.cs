using Musubi.Access;
using Musubi.Chip.ChipAuthentication;
using Musubi.Chip.Crypto;
using Musubi.Chip.CvCertificates;
using Musubi.Chip.Personalisation;
using Musubi.Registers;
using Musubi.Tests.Counter;
using Musubi.Vocabulary;

namespace Musubi.Tests.Access;

/// <summary>Roots come and go; a card knows the one that it was made with.</summary>
public sealed class RollOverTests
{
    private static readonly EntryId Immigration = EntryId.Parse("immigration");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_card_from_before_two_roll_overs_answers_a_terminal_from_after_them_and_a_restart()
    {
        await using var world = await DeskWorld.Open();
        await world.Move_in();
        var (path, can) = await MergedStoryTests.Merge(world);
        var keys = Path.Combine(world.Folder, "keys");
        foreach (var (root, file) in new[] { ("JPMUSUBI00002", "root-2.p8"), ("JPMUSUBI00003", "root-3.p8") })
        {
            using var key = CvKey.Create(DomainParameters.BrainpoolP256r1);
            SecretFile.Write(Path.Combine(keys, file), key.ToPkcs8());
            await world.Premises.Access.Chain.RollOver(CvReference.Parse(root), key, Persons.Today, world.Time, Cancel);
            await File.WriteAllTextAsync(Path.Combine(keys, SigningKeys.FileName), $$"""{"root":"file:{{file}}"}""",
                Cancel);
            await world.Restart();
        }
        Assert.Equal("JPMUSUBI00003", world.Premises.Access.Chain.Root.Holder.ToString());
        Assert.Equal(["JPMUSUBI00002", "JPMUSUBI00003"],
            world.Premises.Access.Chain.Links.Select(link => link.Holder.ToString()));

        Assert.IsType<ReadingOutcome.Given>(await world.Premises.Readings.Read(
            Immigration, [], world.Put(path), new ReadingPassword.Can(can), "desk", Cancel));
        // The chip moved on: it answers again, from its new root.
        Assert.IsType<ReadingOutcome.Given>(await world.Premises.Readings.Read(
            Immigration, [], world.Put(path), new ReadingPassword.Can(can), "desk", Cancel));
        var records = (await world.Premises.Stores.Outbox.After(0, 1000))
            .Where(entry => entry.Topic is AuthorityRecord.Topic)
            .Select(entry => RecordJson.Read<AuthorityRecord>(entry.Record).Kind).ToList();
        Assert.Equal(3, records.Count(kind => kind is nameof(AuthorityKind.Root)));
        Assert.Equal(2, records.Count(kind => kind is nameof(AuthorityKind.Link)));
    }

    [Fact]
    public async Task A_root_whose_key_is_not_the_one_at_hand_stops_the_start()
    {
        await using var world = await AccessWorld.Open();
        using var key = CvKey.Create(DomainParameters.BrainpoolP256r1);
        await world.House.Chain.RollOver(
            CvReference.Parse("UTCVCA00002"), key, new DateOnly(2026, 11, 24), world.Time, Cancel);
        var missing = await Assert.ThrowsAsync<ArgumentException>(() => world.Restart());
        Assert.Contains("The key of root UTCVCA00002 is missing.", missing.Message, StringComparison.Ordinal);
        using var other = CvKey.Create(DomainParameters.BrainpoolP256r1);
        SecretFile.Write(Path.Combine(world.Keys, "other.p8"), other.ToPkcs8());
        await File.WriteAllTextAsync(
            Path.Combine(world.Keys, SigningKeys.FileName), """{"root":"file:other.p8"}""", Cancel);
        var wrong = await Assert.ThrowsAsync<ArgumentException>(() => world.Reopen());
        Assert.Contains("This is not the key of root UTCVCA00002.", wrong.Message, StringComparison.Ordinal);
        SecretFile.Write(Path.Combine(world.Keys, "other.p8"), key.ToPkcs8());
        await world.Reopen();
        using var certificate = await world.Issue(Lists.Landlord);
        Assert.Equal("UTCVCA00002", certificate.Chain[^2].Issuer.ToString());
    }

    [Fact]
    public async Task A_certificate_for_another_countrys_cards_is_refused_and_named()
    {
        await using var world = await DeskWorld.Open();
        await world.Move_in();
        var (path, can) = await MergedStoryTests.Merge(world);
        await using var other = await AccessWorld.Open(time: world.Time);
        using var certificate = await other.Issue(Immigration);
        var trust = new CardSecurityTrust([world.Premises.Keys.CountrySigner], world.Time.GetUtcNow());
        var (chip, why) = await TerminalSession.Open(
            world.Put(path), new ReadingPassword.Can(can), certificate, certificate.Rights, trust, Cancel);
        Assert.Null(chip);
        Assert.Equal(RefusalCode.CertificateForOtherCards, why!.Code);
    }
}
