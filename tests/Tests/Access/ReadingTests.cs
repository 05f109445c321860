using Musubi.Access;
using Musubi.Chip.ChipAuthentication;
using Musubi.Chip.Crypto;
using Musubi.Chip.CvCertificates;
using Musubi.Counter;
using Musubi.Registers;
using Musubi.Tests.Counter;
using Musubi.Vocabulary;

namespace Musubi.Tests.Access;

/// <summary>Readings that must not happen, on a real virtual card.</summary>
public sealed class ReadingTests
{
    private static readonly EntryId Immigration = EntryId.Parse("immigration");
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_forged_or_stale_certificate_and_one_field_too_many_are_refused_by_the_chip_itself()
    {
        await using var world = await DeskWorld.Open();
        await world.Move_in();
        var (path, can) = await MergedStoryTests.Merge(world);
        var trust = new CardSecurityTrust([world.Premises.Keys.CountrySigner], world.Time.GetUtcNow());

        // Forged: a root of somebody's own issues all rights.
        using var ownKey = CvKey.Create(DomainParameters.BrainpoolP256r1);
        var forger = await CvCertificateAuthority.CreateRoot(world.Premises.Keys.EidRoot.Certificate.Holder, ownKey,
            EidRights.All, new DateOnly(2026, 1, 1), new DateOnly(2030, 1, 1), Cancel);
        using var verifierKey = CvKey.Create(DomainParameters.BrainpoolP256r1);
        await using var forgers = await AccessWorld.Open(forger, verifierKey, world.Time);
        using var forged = await forgers.Issue(Immigration);
        var (none, why) = await TerminalSession.Open(
            world.Put(path), new ReadingPassword.Can(can), forged, forged.Rights, trust, Cancel);
        Assert.Null(none);
        Assert.Equal(RefusalCode.CertificateForged, why!.Code);

        // One field too many: the landlord's certificate asked with the officer's rights opens only its own.
        using var landlord = (await world.Premises.Authority.Issue(EntryId.Parse("landlord"), Cancel)).Certificate!;
        using var officer = (await world.Premises.Authority.Issue(Immigration, Cancel)).Certificate!;
        var (chip, _) = await TerminalSession.Open(
            world.Put(path), new ReadingPassword.Can(can), landlord, officer.Rights, trust, Cancel);
        Assert.False(chip!.Rights.HasFlag(EidRights.ReadDg19));
        Assert.False((await Musubi.Chip.Applications.Eid.EidReader.ReadGroup(chip, 19, Cancel)).IsGiven);
        Assert.True((await Musubi.Chip.Applications.Eid.EidReader.ReadGroup(chip, 4, Cancel)).IsGiven);

        // Stale: the chip's own date has moved on with a later certificate.
        world.Time.Advance(TimeSpan.FromDays(10));
        await world.Premises.Readings.Read(Immigration, [], world.Put(path), new ReadingPassword.Can(can), "desk",
            Cancel);
        var (late, stale) = await TerminalSession.Open(world.Put(path), new ReadingPassword.Can(can), officer,
            officer.Rights,
            trust with { On = world.Time.GetUtcNow() }, Cancel);
        Assert.Null(late);
        Assert.Equal(RefusalCode.CertificateExpired, stale!.Code);
    }

    [Fact]
    public async Task A_refused_reading_is_recorded_and_a_pulled_card_breaks_it_off()
    {
        await using var world = await DeskWorld.Open();
        await world.Move_in();
        var (path, can) = await MergedStoryTests.Merge(world);
        var wrongPin = await Read(world, Immigration, path, new ReadingPassword.Pin("000000"));
        Assert.Equal((RefusalCode.WrongPin, 2), (wrongPin.Why.Code, wrongPin.Why.TriesLeft));
        Assert.True(wrongPin.Recorded);
        var wrongCan = await Read(world, Immigration, path,
            new ReadingPassword.Can(can is "000000" ? "111111" : "000000"));
        Assert.Equal(RefusalCode.WrongCardNumber, wrongCan.Why.Code);
        var unknown = await Read(world, EntryId.Parse("nobody"), path, new ReadingPassword.Can(can));
        Assert.Equal(RefusalCode.EntryUnknown, unknown.Why.Code);
        var separate = await Read(world, Immigration, world.PathOf(Persons.Serial(1).Stored),
            new ReadingPassword.Can(can));
        Assert.Equal(RefusalCode.NumberOfOtherCard, separate.Why.Code);

        var channel = world.Put(path);
        world.Reader.FailAfter(25);
        var pulled = Assert.IsType<ReadingOutcome.Refused>(await world.Premises.Readings.Read(
            Immigration, [], channel, new ReadingPassword.Can(can), "desk", Cancel));
        Assert.Equal(RefusalCode.CardRemoved, pulled.Why.Code);
        var records = (await world.Premises.Stores.Outbox.After(0, 100))
            .Where(entry => entry.Topic is ReadingRecord.Topic)
            .Select(entry => RecordJson.Read<ReadingRecord>(entry.Record)).ToList();
        Assert.Contains(records, record => record.Reason is RefusalCode.WrongPin
            && record.Phase is ReadingPhase.Refused);
        Assert.Contains(records, record => record.Reading == pulled.Reading && record.Phase is ReadingPhase.BrokenOff);
    }

    [Fact]
    public async Task What_cannot_be_recorded_is_not_read()
    {
        await using var world = await DeskWorld.Open();
        await world.Move_in();
        var (path, can) = await MergedStoryTests.Merge(world);
        await world.Premises.Stores.Journal.Writer.DisposeAsync();
        var refused = await Read(world, Immigration, path, new ReadingPassword.Can(can));
        Assert.Equal(RefusalCode.CannotRecord, refused.Why.Code);
        Assert.False(refused.Recorded);
    }

    [Fact]
    public async Task A_contested_link_stops_every_reading()
    {
        await using var world = await DeskWorld.Open();
        await world.Move_in();
        var (path, can) = await MergedStoryTests.Merge(world);
        var person = await world.Person();
        var header = new ActHeader(Persons.Act(), ActKind.Parse("contest"), Route.Merged, DeskWorld.Clerk.Staff,
            DeskWorld.Clerk.Office, "test", world.Time.GetUtcNow());
        var contested = person.Link!.Record with { State = LinkState.Contested };
        await world.Premises.Coordinator.Commit(new DecidedAct
        {
            Header = header,
            Links = [new Change<LinkRecord>(person.Link.Version, Persons.Today, contested)],
        }, Cancel);
        Assert.Equal(RefusalCode.LinkContested,
            (await Read(world, Immigration, path, new ReadingPassword.Can(can))).Why.Code);
    }

    private static async Task<ReadingOutcome.Refused> Read(DeskWorld world, EntryId entry, string path,
        ReadingPassword password) =>
        Assert.IsType<ReadingOutcome.Refused>(
            await world.Premises.Readings.Read(entry, [], world.Put(path), password, "desk", Cancel));
}
