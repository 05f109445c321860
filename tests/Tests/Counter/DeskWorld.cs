using Microsoft.Extensions.Time.Testing;
using Musubi.Chip;
using Musubi.Chip.Applications.Jpki;
using Musubi.Chip.Applications.Residence;
using Musubi.Chip.Personalisation;
using Musubi.Chip.Readers.InProcess;
using Musubi.Chip.VirtualCards;
using Musubi.Counter;
using Musubi.Registers;
using Musubi.Vocabulary;

namespace Musubi.Tests.Counter;

/// <summary>A desk over a data folder of its own, with residents in both registers, their virtual cards and a reader.
/// </summary>
public sealed class DeskWorld : IAsyncDisposable
{
    public const string Pin = "1234";

    private static readonly Lazy<string> IssuedOnce = new(MakeIssuer);

    private readonly Dictionary<string, VirtualCard> cards = new(StringComparer.Ordinal);
    private bool isOpen;

    private DeskWorld(string folder) => Folder = folder;

    public string Folder { get; }
    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 11, 24, 9, 0, 0, TimeSpan.FromHours(9)));
    public InProcessReader Reader { get; } = new("desk");
    public Premises Premises { get; private set; } = null!;
    public Desk Desk => Premises.Desk;
    public static Clerk Clerk { get; } = new(StaffId.Parse("sato"), OfficeId.Parse("tokyo-bureau"));
    public static ChosenPins Pins { get; } = new("5678", "135790", "PASSWORD1");

    public static async Task<DeskWorld> Open(PremisesSettings? settings = null)
    {
        var world = new DeskWorld(Directory.CreateTempSubdirectory("musubi-desk-").FullName);
        var keys = Directory.CreateDirectory(Path.Combine(world.Folder, "keys")).FullName;
        foreach (var file in Directory.EnumerateFiles(IssuedOnce.Value)) File.Copy(file,
            Path.Combine(keys, Path.GetFileName(file)));
        await world.Start(settings);
        return world;
    }

    /// <summary>As after a restart of the process; meanwhile the files are nobody's.</summary>
    public async Task Restart(Action? meanwhile = null)
    {
        isOpen = false;
        await Premises.DisposeAsync();
        meanwhile?.Invoke();
        await Start(null);
    }

    /// <summary>Puts residents into both empty registers and makes their separate cards.</summary>
    public async Task Move_in(params (ResidenceRecord Residence, NumberRecord Number)[] people)
    {
        var header = new ActHeader(Persons.Act(), ActKind.Parse("load"), Route.Separate, StaffId.Parse("load"),
            OfficeId.Parse("load"), "test", Time.GetUtcNow());
        await Premises.Stores.Residence.BulkLoad(header, Persons.Today, people.Select(person => person.Residence));
        await Premises.Stores.Number.BulkLoad(header, Persons.Today, people.Select(person => person.Number));
        foreach (var (residence, number) in people)
        {
            Make(residence);
            Make(number);
        }
    }

    public Task Move_in(int person = 1) => Move_in((Persons.Residence(person), Persons.Number(person)));

    /// <summary>Puts a card on the reader in place of the one that lies there.</summary>
    public ICardChannel Put(string path)
    {
        Reader.Remove();
        if (!cards.TryGetValue(path, out var card)) cards[path] = card = VirtualCard.Open(path);
        Reader.Insert(card);
        return Reader.Connect();
    }

    public ICardChannel Put(ResidenceCardNumber number) => Put(PathOf(number.Stored));

    public ICardChannel Put(CardSerial serial) => Put(PathOf(serial.Stored));

    /// <summary>The next step of an act with a fresh form.</summary>
    public async Task<DeskAnswer> Step(ActView view, StepInput input) =>
        await Desk.Take(Clerk, view.Act, view.Token, input);

    /// <summary>A step that has to be taken.</summary>
    public async Task<ActView> Taken(ActView view, StepInput input)
    {
        var answer = await Step(view, input);
        Assert.Null(answer.Refused);
        return answer.View!;
    }

    public async Task<ActView> Begin(ActKind kind, Route route)
    {
        var answer = await Desk.Begin(Clerk, kind, route);
        Assert.Null(answer.Refused);
        return answer.View!;
    }

    public async Task<ActView> ShowBoth(ActView view, int person = 1)
    {
        view = await Taken(view, new StepInput.ShowCard(Put(Persons.Card(person)), Persons.Card(person)));
        return await Taken(view, new StepInput.ShowCard(Put(Persons.Serial(person)), Pin: Pin));
    }

    /// <summary>From the choice to the commit, with the card that lies on the reader as the signing one.</summary>
    public async Task<ActView> Decide(ActView view, ActChoice choice, string pin = Pin)
    {
        view = await Taken(view, new StepInput.Choose(choice));
        view = await Taken(view, new StepInput.Check());
        view = await Taken(view, new StepInput.Agree(Language.English, Agreed: true, Reader.Connect(), pin));
        return await Taken(view, new StepInput.Commit());
    }

    public async Task<JoinedPerson> Person(int person = 1) =>
        (await Premises.Coordinator.View.ByResidence(Persons.Residence(person).Id))!;

    public async ValueTask DisposeAsync()
    {
        Reader.Remove();
        foreach (var card in cards.Values) card.Dispose();
        if (isOpen) await Premises.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }

    private async Task Start(PremisesSettings? settings)
    {
        settings ??= new PremisesSettings();
        Premises = await Premises.Open(Folder, Persons.Law,
            settings with { Stores = settings.Stores with { Time = Time } });
        isOpen = true;
    }

    public string PathOf(string name) => Path.Combine(Folder, "cards", name + ".card");

    private void Make(ResidenceRecord record) =>
        CardFiles.MakeResidence(PathOf(record.Cards[^1].Number.Stored), Data(record), Premises.Keys);

    /// <summary>What the residence card of that record says.</summary>
    internal static ResidenceCardData Data(ResidenceRecord record)
    {
        var card = record.Cards[^1];
        return new ResidenceCardData
        {
            CardNumber = card.Number.Stored,
            CardExpiry = card.ExpiresOn,
            BirthDate = record.BirthDate.Compact,
            Sex = "2",
            Nationality = record.Nationality.Stored,
            Status = Persons.Law.Statuses[record.Status].ChipCode,
            Period = record.Period.Chip,
            PermissionType = "03",
            PermissionDate = record.PermissionDate,
            Work = "1",
            StayUntil = record.StayUntil,
            Face = [.. Enumerable.Range(0, 600).Select(i => (byte)(i % 256))],
            NameImage = [1, 2, 3],
        };
    }

    private void Make(NumberRecord record)
    {
        var card = record.Cards[^1];
        CardFiles.MakeMyNumber(PathOf(card.Serial.Stored), new MyNumberCardData
        {
            Serial = card.Serial.Stored,
            MyNumber = record.Number.Reveal(),
            Holder = new JpkiHolder(record.Name.Roman.Display, record.Address.Text, record.BirthDate.Compact, "2"),
            CardExpiry = card.ExpiresOn,
            SecurityCode = "1234",
            CertificatesFrom = Time.GetUtcNow().AddDays(-30),
            CertificatesUntil = new DateTimeOffset(card.CertificatesUntil, new TimeOnly(23, 59), TimeSpan.FromHours(9)),
            AuthenticationSerial = card.AuthenticationCertificateSerial,
            SigningSerial = card.SignatureCertificateSerial,
        }, Premises.Keys, new MyNumberPins(Pin, "ABCDEF1", Pin));
    }

    private static string MakeIssuer()
    {
        var folder = Directory.CreateTempSubdirectory("musubi-issuer-").FullName;
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
        using var keys = IssuerKeys.CreateDemo(clock);
        keys.Save(folder);
        return folder;
    }
}
