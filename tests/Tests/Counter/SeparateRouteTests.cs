using Musubi.Chip.Applications.Jpki;
using Musubi.Chip.Applications.Face;
using Musubi.Chip.Applications.Text;
using Musubi.Chip.Personalisation;
using Musubi.Counter;
using Musubi.Registers;
using Musubi.Vocabulary;

namespace Musubi.Tests.Counter;

/// <summary>The second resident of the story: two separate cards, the same renewal, one visit as well.</summary>
public sealed class SeparateRouteTests
{
    private static readonly PeriodOfStay ThreeYears = PeriodOfStay.Parse("P3Y");

    [Fact]
    public async Task A_renewal_with_two_separate_cards_is_done_in_one_visit()
    {
        await using var world = await DeskWorld.Open();
        await world.Move_in();
        var view = await world.Begin(ActKind.Renew, Route.Separate);
        view = await world.ShowBoth(view);
        Assert.Equal(SamePerson.AttributesAgree, view.Same);
        view = await world.Decide(view, new ActChoice.Longer(ThreeYears));

        // Both registers hold the new end of stay; the old residence card is still the document.
        var between = await world.Person();
        Assert.Equal(new DateOnly(2030, 1, 31), between.Residence!.Record.StayUntil);
        Assert.Equal(new DateOnly(2030, 1, 31), between.Number!.Record.Cards[0].ExpiresOn);
        Assert.Equal(CardState.Valid, between.Residence.Record.Cards[0].State);
        Assert.Equal(StepId.WriteCard, view.Current);

        view = await world.Taken(view, new StepInput.WriteCard(world.Put(Persons.Serial(1)), null));
        view = await world.Taken(view, new StepInput.MakeCard(null));
        var made = Assert.Single(view.ToTake);
        view = await world.Taken(view, new StepInput.ShowCard(world.Put(made.Path), made.Number));

        Assert.Equal(DraftState.Done, view.State);
        Assert.NotNull(view.Receipt);
        var after = await world.Person();
        Assert.Equal([CardState.Replaced, CardState.Valid], after.Residence!.Record.Cards.Select(card => card.State));
        Assert.Equal(after.Residence.Record.Cards[1].Number, after.Number!.Record.ResidenceCard);
        Assert.Null(after.Link);
        await My_Number_card_bears_what_the_register_says(world, after.Number.Record);
    }

    [Fact]
    public async Task A_move_with_two_separate_cards_rewrites_the_text_and_the_signing_certificate()
    {
        await using var world = await DeskWorld.Open();
        await world.Move_in();
        var view = await world.ShowBoth(await world.Begin(ActKind.Move, Route.Separate));
        view = await world.Decide(view, new ActChoice.NewAddress(Persons.NewHome));
        view = await world.Taken(view, new StepInput.WriteCard(world.Put(Persons.Serial(1)), null));

        Assert.Equal(DraftState.Done, view.State);
        var person = await world.Person();
        Assert.Equal(Persons.NewHome, person.Residence!.Record.Address);
        Assert.Equal(Persons.NewHome, person.Number!.Record.Address);
        var text = await TextApplication.ReadAttributes(
            world.Put(Persons.Serial(1)), DeskWorld.Pin, world.Premises.Keys.TextRoot,
                TestContext.Current.CancellationToken);
        Assert.True(text.IsGenuine);
        Assert.EndsWith(Persons.NewHome.Text, text.Content.Value.Address, StringComparison.Ordinal);
        var face = await FaceApplication.ReadFaceWithMyNumber(
            world.Put(Persons.Serial(1)), person.Number.Record.Number.Reveal(), world.Premises.Keys.TextRoot,
            TestContext.Current.CancellationToken);
        Assert.True(face.IsGenuine);
        Assert.Equal(
            PrintedPictures.NumberCardAddress(text.Content.Value.Address).AsEnumerable(),
            face.Content.Value.Pictures.Address);
        await My_Number_card_bears_what_the_register_says(world, person.Number.Record);
    }

    [Fact]
    public async Task A_lost_residence_card_is_stopped_without_any_card_consent_or_document()
    {
        await using var world = await DeskWorld.Open();
        await world.Move_in();
        var begun = await world.Desk.Begin(DeskWorld.Clerk, ActKind.ReportLoss, Route.Separate,
            Persons.Residence(1).Id);
        var view = await world.Taken(begun.View!, new StepInput.Choose(new ActChoice.Lost(LostCard.Residence)));
        view = await world.Taken(view, new StepInput.Check());
        view = await world.Taken(view, new StepInput.Commit());
        Assert.Equal(DraftState.Done, view.State);
        var person = await world.Person();
        Assert.Equal(CardState.Lost, person.Residence!.Record.Cards[0].State);
        Assert.Equal(CardState.Valid, person.Number!.Record.Cards[0].State);
    }

    [Fact]
    public async Task The_consent_is_signed_by_the_card_that_was_shown_and_names_nobody()
    {
        await using var world = await DeskWorld.Open();
        await world.Move_in();
        var view = await world.ShowBoth(await world.Begin(ActKind.Move, Route.Separate));
        view = await world.Decide(view, new ActChoice.NewAddress(Persons.NewHome));

        Assert.True(view.Consent!.Verify());
        var receipt = ConsentReceipt.Read(view.Consent.Text);
        Assert.Equal(ConsentText.Of(ActKind.Move, Language.English).Hash, receipt.Notice.TextHash);
        Assert.Equal(view.Act, receipt.RecordId);
        Assert.Equal(DeskWorld.Clerk.Staff, receipt.Event.Witness);
        Assert.DoesNotContain("TANAKA", view.Consent.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(Persons.Residence(1).Id.Stored, view.Consent.Text, StringComparison.Ordinal);
        Assert.False(
            (view.Consent with
            {
                Text = view.Consent.Text.Replace("move", "merge",
                StringComparison.Ordinal)
            }).Verify());
        var commitments = await world.Premises.Stores.Outbox.Of(Persons.Residence(1).Id, 10);
        Assert.Equal(["consent", "act"], commitments.Select(entry => entry.Topic), StringComparer.Ordinal);
    }

    [Fact]
    public async Task The_desk_never_writes_a_PIN_or_a_My_Number_into_its_store()
    {
        await using var world = await DeskWorld.Open();
        await world.Move_in();
        var view = await world.ShowBoth(await world.Begin(ActKind.Renew, Route.Separate));
        view = await world.Decide(view, new ActChoice.Longer(ThreeYears));
        await world.Taken(view, new StepInput.WriteCard(world.Put(Persons.Serial(1)), null));
        await world.Restart(meanwhile: () =>
        {
            var stored = File.ReadAllText(Path.Combine(world.Folder, "desk.db"), System.Text.Encoding.Latin1);
            Assert.DoesNotContain(Persons.Number(1).Number.Reveal(), stored, StringComparison.Ordinal);
            Assert.Contains(Persons.Residence(1).Id.Stored, stored, StringComparison.Ordinal);
        });
    }

    private static async Task My_Number_card_bears_what_the_register_says(DeskWorld world, NumberRecord record)
    {
        var cancel = TestContext.Current.CancellationToken;
        var signing = await JpkiCard.ReadSigningCertificate(world.Put(Persons.Serial(1)), "ABCDEF1", cancel);
        Assert.Equal(record.Cards[0].SignatureCertificateSerial, signing.Value.SerialNumber);
        var authentication = await JpkiCard.ReadAuthenticationCertificate(world.Put(Persons.Serial(1)), cancel);
        Assert.Equal(record.Cards[0].AuthenticationCertificateSerial, authentication.Value.SerialNumber);
    }
}
