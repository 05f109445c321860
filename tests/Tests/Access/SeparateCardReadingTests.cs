using Microsoft.Extensions.Time.Testing;
using Musubi.Access;
using Musubi.Chip.Applications.Text;
using Musubi.Chip.Personalisation;
using Musubi.Counter;
using Musubi.Registers;
using Musubi.Tests.Counter;
using Musubi.Vocabulary;

namespace Musubi.Tests.Access;

/// <summary>Two separate cards at a verifier's place are served as well as one.</summary>
public sealed class SeparateCardReadingTests(SeparateCardReadingTests.QuietWorld quiet)
    : IClassFixture<SeparateCardReadingTests.QuietWorld>
{
    private static readonly ReadingPassword Printed = new ReadingPassword.CardNumber(Persons.Card(1));

    /// <summary>What stands on the My Number card: born 1990 (Heisei 2), April 15; expires 2027; code 1234.</summary>
    private static readonly ReadingPassword NumberB = new ReadingPassword.NumberB("02041520271234");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public void Number_B_is_made_of_what_is_printed() => Assert.Equal(
        "02041520271234", Musubi.Chip.Applications.Text.NumberB.Of("19900415", 2027, "1234"));

    [Fact]
    public async Task A_landlord_is_told_real_and_valid_with_photo_and_name_and_nothing_about_the_stay()
    {
        var world = quiet.World;
        var given = Given(await Read(world, "landlord", Residence(world), Printed));
        Assert.Equal(["photo", "name", "card-expiry"], given.Fields.Select(field => field.Field.Stored));
        Assert.Equal("MARIA TANAKA", given.Fields[1].Text);
        Assert.Equal("2027-01-31", given.Fields[2].Text);
        Assert.Equal(600, given.Fields[0].Image.Length);
        Assert.Equal((CardKind.Separate, 0, (DateOnly?)null), (given.Kind, given.NotOnCard.Length, given.CarriedUntil));
    }

    [Theory]
    [InlineData("employer", "photo name card-expiry work")]
    [InlineData("clinic", "photo name birth-date sex card-expiry address")]
    [InlineData("police", "photo name birth-date nationality card-number card-expiry status stay-period stay-until")]
    public async Task Every_entry_gets_the_fields_that_a_merged_card_would_give_it(string entry, string fields)
    {
        var given = Given(await Read(quiet.World, entry, Residence(quiet.World), Printed));
        Assert.Equal(fields.Split(' '), given.Fields.Select(field => field.Field.Stored));
        if (entry is "employer") Assert.Equal("Yes", given.Fields[3].Text);
    }

    [Fact]
    public async Task The_merged_card_says_the_same_and_the_two_cards_it_replaced_are_real_and_replaced()
    {
        await using var world = await Moved_in();
        var separate = Given(await Read(world, "police", Residence(world), Printed));
        var (path, can) = await MergedStoryTests.Merge(world);
        var merged = Given(await Read(world, "police", path, new ReadingPassword.Can(can)));
        // The plastic is another one; everything about the person is the same.
        string[] ofThePlastic = ["card-number", "card-expiry"];
        Assert.Equal(Texts(separate, ofThePlastic), Texts(merged, ofThePlastic));
        Assert.Equal(RefusalCode.CardReplaced, WhyNot(await Read(world, "landlord", Residence(world), Printed)));
        Assert.Equal(RefusalCode.CardReplaced, WhyNot(await Read(world, "landlord", Number(world), NumberB)));
    }

    [Fact]
    public async Task What_the_holder_strikes_is_not_handed_over_although_the_chip_is_open()
    {
        var world = quiet.World;
        var given = Given(await world.Premises.Readings.Read(EntryId.Parse("clinic"), [FieldId.Parse("address")],
            world.Put(Residence(world)), Printed, "desk", Cancel));
        Assert.DoesNotContain(given.Fields, field => field.Field.Stored is "address");
        Assert.Equal("address", Assert.Single(given.NotShown).Stored);
    }

    [Fact]
    public async Task A_My_Number_card_gives_its_attributes_and_says_what_it_does_not_bear()
    {
        var world = quiet.World;
        var clinic = Given(await Read(world, "clinic", Number(world), NumberB));
        Assert.Equal(["name", "birth-date", "sex", "card-expiry", "address"],
            clinic.Fields.Select(field => field.Field.Stored));
        Assert.Equal("1990-04-15", clinic.Fields[1].Text);
        Assert.Equal("photo", Assert.Single(clinic.NotOnCard).Stored);
        var employer = Given(await Read(world, "employer", Number(world), NumberB));
        Assert.Equal(["photo", "work"], employer.NotOnCard.Select(field => field.Stored));
        Assert.DoesNotContain(employer.Fields, field =>
            field.Text.Contains(Persons.Number(1).Number.Reveal(), StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_reading_of_a_separate_card_stands_on_its_holders_page()
    {
        var world = quiet.World;
        await Read(world, "landlord", Residence(world), Printed);
        await Read(world, "landlord", Number(world), NumberB);
        var lines = (await world.Premises.Readings.Of(Persons.Residence(1).Id)).Take(2).ToList();
        Assert.Equal([ReadingPhase.Completed, ReadingPhase.Completed], lines.Select(line => line.Phase));
        Assert.All(lines, line => Assert.Equal("landlord", line.Entry.Stored));
    }

    [Fact]
    public async Task What_cannot_be_recorded_is_not_handed_over()
    {
        await using var world = await Moved_in();
        await world.Premises.Stores.Journal.Writer.DisposeAsync();
        var refused = Refused(await Read(world, "landlord", Residence(world), Printed));
        Assert.Equal((RefusalCode.CannotRecord, false), (refused.Why.Code, refused.Recorded));
    }

    [Fact]
    public async Task A_lost_card_is_stopped_and_the_other_one_goes_on()
    {
        await using var world = await Moved_in();
        await Lose(world, LostCard.Number);
        Assert.Null(WhyNot(await Read(world, "landlord", Residence(world), Printed)));
        Assert.Equal(RefusalCode.CardLost, WhyNot(await Read(world, "landlord", Number(world), NumberB)));
        await Lose(world, LostCard.Residence);
        Assert.Equal(RefusalCode.CardLost, WhyNot(await Read(world, "landlord", Residence(world), Printed)));
    }

    [Fact]
    public async Task An_expired_card_is_expired_and_a_pending_application_carries_it_two_months()
    {
        await using var world = await DeskWorld.Open();
        var pending = Persons.Residence(2) with
        {
            Pending = new PendingApplication(ActKind.Renew, Persons.Today),
        };
        await world.Move_in((Persons.Residence(1), Persons.Number(1)), (pending, Persons.Number(2)));
        // A landlord learns of the application only when the card would say "expired"; an employer asks about the stay.
        var ownCard = new ReadingPassword.CardNumber(Persons.Card(2));
        var path = world.PathOf(Persons.Card(2).Stored);
        Assert.Null(Given(await Read(world, "landlord", path, ownCard)).CarriedUntil);
        Assert.Equal(new DateOnly(2027, 3, 31), Given(await Read(world, "employer", path, ownCard)).CarriedUntil);
        world.Time.SetUtcNow(new DateTimeOffset(2027, 3, 31, 12, 0, 0, TimeSpan.FromHours(9)));
        Assert.Equal(RefusalCode.CardExpired, WhyNot(await Read(world, "landlord", Residence(world), Printed)));
        Assert.Equal(RefusalCode.CardExpired, WhyNot(await Read(world, "landlord", Number(world), NumberB)));
        var carried = Given(await Read(world, "landlord", path, ownCard));
        Assert.Equal(new DateOnly(2027, 3, 31), carried.CarriedUntil);
        world.Time.Advance(TimeSpan.FromDays(1));
        Assert.Equal(RefusalCode.CardExpired, WhyNot(await Read(world, "landlord", path, ownCard)));
    }

    [Fact]
    public async Task A_card_of_another_issuer_and_a_card_that_nobody_knows_are_not_real()
    {
        var world = quiet.World;
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
        using var forger = IssuerKeys.CreateDemo(clock);
        var path = Path.Combine(world.Folder, "forged.card");
        CardFiles.MakeResidence(path, DeskWorld.Data(Persons.Residence(1)), forger);
        Assert.Equal(RefusalCode.ForeignCard, WhyNot(await Read(world, "landlord", path, Printed)));

        var unknown = Path.Combine(world.Folder, "unknown.card");
        var stranger = Persons.Residence(7);
        CardFiles.MakeResidence(unknown, DeskWorld.Data(stranger), world.Premises.Keys);
        Assert.Equal(RefusalCode.CardUnknown, WhyNot(await Read(world, "landlord", unknown,
            new ReadingPassword.CardNumber(stranger.Cards[0].Number))));
    }

    [Fact]
    public async Task A_signed_part_under_another_cards_number_is_forged()
    {
        var world = quiet.World;
        var path = Path.Combine(world.Folder, "swapped.card");
        CardFiles.MakeResidence(path, DeskWorld.Data(Persons.Residence(1)) with { BirthDate = "19850101" },
            world.Premises.Keys);
        Assert.Equal(RefusalCode.CardForged, WhyNot(await Read(world, "landlord", path, Printed)));
    }

    [Fact]
    public async Task The_number_of_another_kind_of_card_is_told_apart_from_a_wrong_one()
    {
        var world = quiet.World;
        Assert.Equal(RefusalCode.NumberOfOtherCard, WhyNot(await Read(world, "landlord", Number(world), Printed)));
        Assert.Equal(RefusalCode.NumberOfOtherCard, WhyNot(await Read(world, "landlord", Residence(world), NumberB)));
        Assert.Equal(RefusalCode.NumberOfOtherCard, WhyNot(await Read(
            world, "landlord", Residence(world), new ReadingPassword.Can("123456"))));
        Assert.Equal(RefusalCode.WrongCardNumber, WhyNot(await Read(
            world, "landlord", Residence(world), new ReadingPassword.CardNumber(Persons.Card(2)))));
        Assert.Equal(RefusalCode.WrongCardNumber, WhyNot(await Read(
            world, "landlord", Number(world), new ReadingPassword.NumberB("02041520271235"))));
    }

    private static async Task Lose(DeskWorld world, LostCard lost)
    {
        var begun = await world.Desk.Begin(DeskWorld.Clerk, ActKind.ReportLoss, Route.Separate,
            Persons.Residence(1).Id);
        var view = await world.Taken(begun.View!, new StepInput.Choose(new ActChoice.Lost(lost)));
        view = await world.Taken(view, new StepInput.Check());
        await world.Taken(view, new StepInput.Commit());
    }

    private static async Task<DeskWorld> Moved_in()
    {
        var world = await DeskWorld.Open();
        await world.Move_in();
        return world;
    }

    private static string Residence(DeskWorld world) => world.PathOf(Persons.Card(1).Stored);

    private static string Number(DeskWorld world) => world.PathOf(Persons.Serial(1).Stored);

    private static Task<ReadingOutcome> Read(DeskWorld world, string entry, string path, ReadingPassword password) =>
        world.Premises.Readings.Read(EntryId.Parse(entry), [], world.Put(path), password, "desk", Cancel);

    private static ReadingOutcome.Given Given(ReadingOutcome outcome) => Assert.IsType<ReadingOutcome.Given>(outcome);

    private static ReadingOutcome.Refused Refused(ReadingOutcome outcome) =>
        Assert.IsType<ReadingOutcome.Refused>(outcome);

    private static RefusalCode? WhyNot(ReadingOutcome outcome) => (outcome as ReadingOutcome.Refused)?.Why.Code;

    private static IEnumerable<(string, string)> Texts(ReadingOutcome.Given given, string[] without) =>
        given.Fields.Where(field => !without.Contains(field.Field.Stored, StringComparer.Ordinal))
            .Select(field => (field.Field.Stored, field.Text));

    /// <summary>One resident with two cards, for readings that change nothing.</summary>
    public sealed class QuietWorld : IAsyncLifetime
    {
        public DeskWorld World { get; private set; } = null!;

        public async ValueTask InitializeAsync() => World = await Moved_in();

        public ValueTask DisposeAsync() => World.DisposeAsync();
    }
}
