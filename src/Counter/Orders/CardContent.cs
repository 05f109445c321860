using Musubi.Chip.Applications.Jpki;
using Musubi.Chip.Applications.Residence;
using Musubi.Chip.Applications.Text;
using Musubi.Chip.Personalisation;
using Musubi.Registers;
using Musubi.Vocabulary;

namespace Musubi.Counter;

/// <summary>From the registers' words to what a card holds, through the jurisdiction's codes.</summary>
internal sealed class CardContent(Jurisdiction law)
{
    /// <summary>The text application separates family and given name so.</summary>
    private const char NameSeparator = '\u3000';

    public ResidenceCardData Residence(CardOrder order, CardPictures pictures)
    {
        var record = order.Residence;
        var status = law.Statuses[record.Status];
        return new ResidenceCardData
        {
            Type = status.CardType is "06"
                ? ResidenceCardType.SpecialPermanentResident
                : ResidenceCardType.ResidenceCard,
            CardNumber = order.Card!.Value.Stored,
            CardExpiry = order.ExpiresOn,
            BirthDate = record.BirthDate.Compact,
            Sex = Digit(record.Sex.ToResidenceChip()),
            Nationality = record.Nationality.Stored,
            Status = status.ChipCode,
            Period = record.Period.Chip,
            PermissionType = law.PermissionTypes[record.PermissionType].ChipCode,
            PermissionDate = record.PermissionDate,
            Work = status.ChipWorkCode,
            StayUntil = record.StayUntil,
            Face = pictures.Face,
            NameImage = pictures.NameImage,
            Changing = new ResidenceCardUpdate { AddressImage = pictures.AddressImage,
            Permission = Permission(record) },
        };
    }

    public MyNumberCardData Number(CardOrder order, string securityCode)
    {
        var number = order.Number!;
        return new MyNumberCardData
        {
            Serial = order.Serial!.Value.Stored,
            MyNumber = number.Number.Reveal(),
            Holder = Holder(number),
            CardExpiry = order.ExpiresOn,
            SecurityCode = securityCode,
            CertificatesFrom = StartOf(order.IssuedOn),
            CertificatesUntil = EndOf(order.CertificatesUntil),
            WithSigningCertificate = order.SignatureCertificate is not null,
            AuthenticationSerial = order.AuthenticationCertificate,
            SigningSerial = order.SignatureCertificate,
        };
    }

    public JpkiHolder Holder(NumberRecord number) => new(
        FullName(number.Name), FullAddress(number.Address), number.BirthDate.Compact, Digit(number.Sex.ToNumberChip()));

    public TextAttributes Attributes(NumberRecord number)
    {
        var holder = Holder(number);
        return new TextAttributes(holder.Name, holder.Address, holder.BirthDate, holder.Sex);
    }

    /// <summary>The last moment of a day where the law is.</summary>
    public DateTimeOffset EndOf(DateOnly day) => StartOf(day.AddDays(1)).AddSeconds(-1);

    public DateTimeOffset StartOf(DateOnly day)
    {
        var local = day.ToDateTime(TimeOnly.MinValue);
        return new DateTimeOffset(local, law.TimeZone.GetUtcOffset(local));
    }

    public string FullAddress(Address address) => law.Municipalities.TryGetValue(address.Municipality, out var place)
        ? place.Prefecture.PlainIn(Language.Japanese) + place.Name.PlainIn(Language.Japanese) + address.Text
        : address.Text;

    private ResidenceActivityPermission? Permission(ResidenceRecord record)
    {
        if (record.Permit is not { } permit) return null;
        var isUpTo28Hours = law.Permits[permit].Work is WorkAnswer.UpTo28Hours;
        return new ResidenceActivityPermission(isUpTo28Hours ? "1" : "0", isUpTo28Hours ? record.StayUntil : null,
            !isUpTo28Hours);
    }

    private static string FullName(PersonName name) =>
        name.Roman.Given is "" ? name.Roman.Family : name.Roman.Family + NameSeparator + name.Roman.Given;

    private static string Digit(int code) => code.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
