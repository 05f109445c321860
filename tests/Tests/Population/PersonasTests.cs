using System.Collections.Immutable;
using Musubi.Chip.Applications.Face;
using Musubi.Chip.Applications.Residence;
using Musubi.Chip.Personalisation;
using Musubi.Chip.Pictures;
using Musubi.Chip.Readers.InProcess;
using Musubi.Chip.VirtualCards;
using Musubi.Linkage;
using Musubi.Population;
using Musubi.Tests.Vocabulary;
using Musubi.Vocabulary;
using SkiaSharp;
using Xunit;

namespace Musubi.Tests.Population;

public sealed class PersonasTests
{
    private static readonly DateOnly Day = new(2026, 6, 15);

    [Fact]
    public void The_personas_come_first_and_are_the_same_for_every_seed()
    {
        string[] expected = ["R-0000000001", "R-0000000002", "R-0000000003", "R-0000000004"];
        Assert.Equal(expected, Synthetic.Residents(1, Day).Take(10).Take(4)
            .Select(person => person.Residence.Id.Stored));
        Assert.Equal(expected, Synthetic.Residents(99, Day).Take(4).Select(person => person.Residence.Id.Stored));
    }

    [Theory]
    [InlineData("linh", new Difference[0])]
    [InlineData("min-jun", new Difference[0])]
    [InlineData("maria", new[] { Difference.RomanName })]
    [InlineData("wei", new Difference[0])]
    public void Both_registers_agree_on_a_persona_unless_the_story_says_otherwise(string id, Difference[] expected)
    {
        var persona = Synthetic.Personas.Residents.Single(resident => resident.Id == id);
        Assert.Equal(expected, Synthetic.Ask(persona.ToResident(Synthetic.Japan, Day)).Differences);
    }

    [Fact]
    public void A_persona_has_a_stay_that_ends_soon_enough_to_be_renewed()
    {
        foreach (var persona in Synthetic.Personas.Residents)
        {
            var residence = persona.ToResident(Synthetic.Japan, Day).Residence;
            Assert.InRange(residence.StayUntil!.Value, Day.AddDays(1), Day.AddMonths(3));
            Assert.True(Synthetic.Japan.Statuses[residence.Status].Permits(residence.Period));
        }
    }

    [Fact]
    public void Personas_name_offices_and_entries_that_exist_and_have_their_story_in_every_language()
    {
        var personas = Synthetic.Personas;
        Assert.All(personas.Staff, staff => Assert.True(Synthetic.Japan.Offices.ContainsKey(staff.Office)));
        Assert.All(personas.Verifiers, verifier => Assert.NotNull(Synthetic.Japan.AccessList.Find(verifier.Entry)));
        Assert.All(personas.Residents, resident => Assert.Equal(Language.All.Length, resident.Story.Count));
        Assert.Equal(["clerk", "reviewer"], personas.Staff.Select(staff => staff.Role).Distinct()
            .Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData(1), InlineData(101), InlineData(-5), InlineData(long.MaxValue)]
    public void A_portrait_is_a_small_JPEG_2000_file_and_the_same_for_the_same_seed(long seed)
    {
        var face = Portrait.Photograph(seed);
        Assert.InRange(face.Length, 500, Portrait.MaxBytes);
        Assert.Equal(face, Portrait.Photograph(seed));
        Assert.True(Jpeg2000.Is(face));
        using var image = Photograph.Read(face)!;
        Assert.Equal((120, 160), (image.Width, image.Height));
        Assert.NotEqual(face, Portrait.Photograph(seed ^ 1));
    }

    [Fact]
    public async Task A_persona_s_residence_card_says_what_the_register_says()
    {
        using var folder = new TemporaryFolder();
        using var keys = IssuerKeys.CreateDemo(TimeProvider.System);
        var persona = Synthetic.Personas.Residents[0];
        var cards = new SeparateCards(Synthetic.Japan, keys).Make(persona, Day, folder.Path);
        using var card = VirtualCard.Open(cards.Residence!);
        var reader = new InProcessReader("test");
        reader.Insert(card);
        var outcome = await ResidenceCardReader.Read(reader.Connect(), persona.ResidenceCard.Stored,
            new(keys.ResidenceAuthority, TimeProvider.System), cancel: TestContext.Current.CancellationToken);
        var reading = Assert.IsType<ResidenceReadOutcome.Complete>(outcome).Reading;
        var register = persona.ToResident(Synthetic.Japan, Day).Residence;
        Assert.Equal(SignatureVerdict.Genuine, reading.Signature);
        Assert.Equal(
            ("ZD10000001LN", "19960412", "2", "VNM", "0207", "0300", "04", "2"),
            (reading.CardNumber, reading.BirthDate, reading.Sex, reading.Nationality, reading.Status, reading.Period,
                reading.PermissionType, reading.Work));
        Assert.Equal(register.StayUntil, reading.StayUntil);
        Assert.Equal(Portrait.Photograph(persona.Portrait), reading.Face.AsEnumerable());
        Assert.Equal(
            PrintedPictures.ResidenceName(register.Name.Display).AsEnumerable(), reading.NameImage);
        Assert.Equal("49492a00", Convert.ToHexStringLower(reading.AddressImage.AsSpan()[..4]));
    }

    [Fact]
    public async Task A_persona_s_number_card_draws_what_is_printed_and_names_its_municipality()
    {
        using var folder = new TemporaryFolder();
        using var keys = IssuerKeys.CreateDemo(TimeProvider.System);
        var persona = Synthetic.Personas.Residents[0];
        var made = new SeparateCards(Synthetic.Japan, keys).Make(persona, Day, folder.Path);
        using var card = VirtualCard.Open(made.Number!);
        var reader = new InProcessReader("test");
        reader.Insert(card);
        var stop = TestContext.Current.CancellationToken;
        Assert.Equal(
            persona.Municipality.Five, (await FaceApplication.ReadMunicipality(reader.Connect(), stop)).Value);
        var face = await FaceApplication.ReadFaceWithMyNumber(
            reader.Connect(), persona.MyNumber.Reveal(), keys.TextRoot, stop);
        Assert.True(face.IsGenuine);
        var pictures = face.Content.Value.Pictures;
        foreach (var picture in (ImmutableArray<byte>[])[pictures.Name, pictures.Address, pictures.SecurityCode])
            Assert.Equal("89504e47", Convert.ToHexStringLower(picture.AsSpan()[..4]));
        Assert.InRange(pictures.Photo.Length, 500, 6000);
        var number = await FaceApplication.ReadMyNumberImage(
            reader.Connect(), persona.MyNumber.Reveal(), keys.TextRoot, stop);
        Assert.True(number.IsGenuine);
        Assert.InRange(number.Content.Value.Length, 100, 2000);
    }

    [Fact]
    public void A_card_is_never_overwritten()
    {
        using var folder = new TemporaryFolder();
        using var keys = IssuerKeys.CreateDemo(TimeProvider.System);
        var maker = new SeparateCards(Synthetic.Japan, keys);
        maker.Make(Synthetic.Personas.Residents[1], Day, folder.Path);
        Assert.Equal(CardFileFault.Exists, Assert.Throws<CardFileException>(
            () => maker.Make(Synthetic.Personas.Residents[1], Day, folder.Path)).Fault);
    }
}
