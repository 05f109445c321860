using Musubi.Chip.Applications.Residence;
using Musubi.Chip.Personalisation;

namespace Musubi.Tests.Chip.VirtualCards;

public sealed class IssuerKeysTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("musubi-keys-").FullName;

    private string Keys => Path.Combine(folder, "issuer");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Keys_made_once_are_the_same_after_loading()
    {
        using var made = IssuerKeys.LoadOrCreateDemo(Keys, DemoCards.Clock);
        using var loaded = IssuerKeys.LoadOrCreateDemo(Keys, DemoCards.Clock);
        Assert.Equal(made.ResidenceAuthority.RawData, loaded.ResidenceAuthority.RawData);
        Assert.Equal(
            made.AuthenticationAuthority.Certificate.RawData, loaded.AuthenticationAuthority.Certificate.RawData);
        Assert.Equal(made.CountrySigner.RawData, loaded.CountrySigner.RawData);
        Assert.Equal(made.EidRoot.Certificate.Encoded.ToArray(), loaded.EidRoot.Certificate.Encoded.ToArray());
        Assert.Equal(made.TextRoot.ExportRSAPublicKey(), loaded.TextRoot.ExportRSAPublicKey());
        Assert.Equal(made.CardKey("N1"), loaded.CardKey("N1"));
        Assert.NotEqual(made.CardKey("N1"), made.CardKey("N2"));
        var path = Path.Combine(folder, "residence.card");
        CardFiles.MakeResidence(path, DemoCards.Residence, loaded);
    }

    [Fact]
    public void Only_their_owner_can_read_the_keys()
    {
        if (OperatingSystem.IsWindows()) return;
        DemoCards.Keys.Save(Keys);
        const UnixFileMode OwnersOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        foreach (var file in Directory.GetFiles(Keys)) Assert.Equal(OwnersOnly, File.GetUnixFileMode(file));
        Assert.Equal(OwnersOnly | UnixFileMode.UserExecute, File.GetUnixFileMode(Keys));
    }

    [Fact]
    public void A_folder_that_was_never_finished_is_not_loaded()
    {
        DemoCards.Keys.Save(Keys);
        File.Delete(Path.Combine(Keys, "complete"));
        Assert.Throws<FileNotFoundException>(() => IssuerKeys.Load(Keys));
    }

    [Fact]
    public void A_damaged_key_file_is_named()
    {
        DemoCards.Keys.Save(Keys);
        var file = Path.Combine(Keys, "residence-signer.ec.pem");
        File.WriteAllText(file, "nothing");
        var damaged = Assert.Throws<InvalidDataException>(() => IssuerKeys.Load(Keys));
        Assert.Contains(file, damaged.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_key_file_is_named()
    {
        DemoCards.Keys.Save(Keys);
        File.Delete(Path.Combine(Keys, "text-root.rsa.pem"));
        var missing = Assert.ThrowsAny<IOException>(() => IssuerKeys.Load(Keys));
        Assert.Contains("text-root", missing.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_name_of_an_issuer_says_demonstration_or_demo()
    {
        Assert.Contains("DEMO", DemoCards.Keys.ResidenceAuthority.Subject, StringComparison.Ordinal);
        string[] others =
        [
            DemoCards.Keys.AuthenticationAuthority.Certificate.Subject,
            DemoCards.Keys.SigningAuthority.Certificate.Subject,
            DemoCards.Keys.CountrySigner.Subject,
        ];
        Assert.All(others, name => Assert.Contains("demonstration", name, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("AA1234567BB")]
    [InlineData("aa12345678bb")]
    public void A_number_that_is_none_makes_no_card(string number)
    {
        var data = DemoCards.Residence with { CardNumber = number };
        Assert.Throws<ArgumentException>(
            () => CardFiles.MakeResidence(Path.Combine(folder, "x.card"), data, DemoCards.Keys));
        Assert.Empty(Directory.GetFiles(folder));
    }

    [Fact]
    public void A_picture_that_is_too_large_makes_no_card()
    {
        var data = DemoCards.Residence with { Face = [.. new byte[3001]] };
        Assert.Throws<ArgumentException>(
            () => CardFiles.MakeResidence(Path.Combine(folder, "x.card"), data, DemoCards.Keys));
    }

    [Theory]
    [InlineData("123", "ABC123", "1234")]
    [InlineData("1234", "abc123", "1234")]
    [InlineData("1234", "ABC12", "1234")]
    [InlineData("1234", "ABC123", "12345")]
    public void PINs_without_their_form_make_no_card(string authentication, string signing, string text)
    {
        var pins = new MyNumberPins(authentication, signing, text);
        Assert.Throws<ArgumentException>(
            () => CardFiles.MakeMyNumber(Path.Combine(folder, "x.card"), DemoCards.NumberData, DemoCards.Keys, pins));
    }

    [Fact]
    public void A_pool_gives_every_key_once()
    {
        var pool = new RsaKeyPool();
        pool.Fill(2);
        Assert.Equal(2, pool.Count);
        var (first, second, third) = (pool.Take(), pool.Take(), pool.Take());
        string[] keys = [.. new[] { first, second, third }.Select(Convert.ToBase64String)];
        Assert.Equal(keys, keys.Distinct(StringComparer.Ordinal));
        Assert.Equal(0, pool.Count);
    }

    [Fact]
    public void The_residence_signer_comes_near_the_real_certificates_length()
    {
        var path = Path.Combine(folder, "length.card");
        CardFiles.MakeResidence(path, DemoCards.Residence, DemoCards.Keys);
        using var card = Musubi.Chip.VirtualCards.VirtualCard.Open(path);
        var objects = ResidenceContent.ReadObjects(card.File.Residence!.Files["Df3/0001"]);
        var certificate = objects.First(one => one.Tag == ResidenceTags.Certificate).Value;
        Assert.InRange(certificate.Length, 512, 602);
    }
}
