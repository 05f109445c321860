using System.Collections.Immutable;
using Microsoft.Extensions.Time.Testing;
using Musubi.Chip;
using Musubi.Chip.Applications.Jpki;
using Musubi.Chip.Applications.Residence;
using Musubi.Chip.Personalisation;
using Musubi.Chip.Readers.InProcess;
using Musubi.Chip.VirtualCards;

namespace Musubi.Cards;

/// <summary>Cards for tests: made once each, copied into a folder of the test's own.</summary>
public sealed class DemoCards : IDisposable
{
    public const string ResidenceNumber = "AA12345678BB";
    public const string MyNumber = "123456789018";
    public const string Serial = "N0000000000001";
    public const string AuthenticationPin = "1234";
    public const string SigningPin = "ABC123";
    public const string TextPin = "5678";

    // 昭和55 = 1980; expiry 2035; security code 2285.
    public const string NumberB = "55021720352285";

    public static readonly FakeTimeProvider Clock = new(new(2026, 11, 23, 0, 0, 0, TimeSpan.Zero));
    public static readonly Lazy<IssuerKeys> KeysOnce = new(() => IssuerKeys.CreateDemo(Clock));
    private static readonly Lazy<byte[]> MyNumberOnce = new(() => Made(MakeMyNumber));
    private static readonly Lazy<byte[]> SpecifiedOnce = new(() => Made(MakeSpecified));

    private readonly string folder = Directory.CreateTempSubdirectory("musubi-cards-").FullName;
    private readonly List<VirtualCard> open = [];

    public static IssuerKeys Keys => KeysOnce.Value;

    public static ResidenceTrust Trust => new(Keys.ResidenceAuthority, Clock, Keys.Delivery);

    public static JpkiHolder Holder { get; } = new("黒桐　幹也", "東京都清瀬市観布子南１２－７－２０２", "19800217", "1");

    public static ResidenceCardData Residence { get; } = new()
    {
        CardNumber = ResidenceNumber,
        CardExpiry = new(2029, 3, 31),
        BirthDate = "19900500",
        Sex = "2",
        Nationality = "VNM",
        Status = "ENG",
        Period = "0300",
        PermissionType = "02",
        PermissionDate = new(2026, 4, 1),
        Work = "2",
        StayUntil = new(2029, 3, 31),
        NameImage = [0x49, 0x49, 0x2A, 0x00, 0x01],
        Face = [0x00, 0x00, 0x00, 0x0C, 0x6A],
        Changing = new()
        {
            AddressImage = [0x49, 0x49, 0x2A, 0x00, 0x02],
            Permission = new("1", new(2027, 1, 31), Individual: true),
            ApplicationPending = false,
            Note = new(Recorded: true, "備考"),
        },
    };

    public static ResidenceCardData Specified { get; } =
        Residence with { Type = ResidenceCardType.SpecifiedResidenceCard };

    public string PathOf(string name) => Path.Combine(folder, name);

    public VirtualCard MakeResidence(ResidenceCardData? data = null, string name = "residence.card")
    {
        CardFiles.MakeResidence(PathOf(name), data ?? Residence, Keys);
        return Opened(name);
    }

    public VirtualCard CopyMyNumber(string name = "number.card")
    {
        File.WriteAllBytes(PathOf(name), MyNumberOnce.Value);
        return Opened(name);
    }

    public VirtualCard CopySpecified(string name = "specified.card")
    {
        File.WriteAllBytes(PathOf(name), SpecifiedOnce.Value);
        return Opened(name);
    }

    public VirtualCard Opened(string name)
    {
        var card = VirtualCard.Open(PathOf(name));
        open.Add(card);
        return card;
    }

    public static ICardChannel Channel(VirtualCard card)
    {
        var reader = new InProcessReader("test");
        reader.Insert(card);
        return reader.Connect();
    }

    public void Dispose()
    {
        foreach (var card in open) card.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    public static MyNumberCardData NumberData { get; } = new()
    {
        Serial = Serial,
        MyNumber = MyNumber,
        Holder = Holder,
        CardExpiry = new(2035, 2, 17),
        SecurityCode = "2285",
        CertificatesFrom = new(2026, 11, 1, 0, 0, 0, TimeSpan.Zero),
        CertificatesUntil = new(2031, 2, 17, 0, 0, 0, TimeSpan.Zero),
    };

    public static MyNumberPins Pins { get; } = new(AuthenticationPin, SigningPin, TextPin);

    private static void MakeMyNumber(string path) => CardFiles.MakeMyNumber(path, NumberData, Keys, Pins);

    private static void MakeSpecified(string path) =>
        CardFiles.MakeSpecified(path, Specified, NumberData, Keys, Pins);

    private static byte[] Made(Action<string> make)
    {
        var folder = Directory.CreateTempSubdirectory("musubi-cards-").FullName;
        var path = Path.Combine(folder, "made.card");
        make(path);
        var bytes = File.ReadAllBytes(path);
        Directory.Delete(folder, recursive: true);
        return bytes;
    }
}
