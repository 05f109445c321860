using System.Collections.Immutable;
using System.Globalization;
using Musubi.Access;
using Musubi.Chip.Applications.Emrtd;
using Musubi.Chip.Applications.Jpki;
using Musubi.Chip.Applications.Residence;
using Musubi.Chip.Applications.Text;
using Musubi.Chip.Personalisation;
using Musubi.Chip.Pictures;
using Musubi.Registers;
using Musubi.Vocabulary;

namespace Musubi.Counter;

/// <summary>From the registers' words to what a card holds, through the jurisdiction's codes.</summary>
internal sealed class CardContent(Jurisdiction law)
{
    /// <summary>The text application separates family and given name so.</summary>
    private const char NameSeparator = '\u3000';

    /// <summary>The demonstration's cards name no real state: UTO is the specimen of ICAO 9303.</summary>
    private const string IssuingState = "UTO";

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
            NameImage = PrintedPictures.ResidenceName(record.Name.Display),
            Changing = new ResidenceCardUpdate
            {
                AddressImage = PrintedPictures.ResidenceAddress(FieldParts.FullAddress(law, record.Address)),
                Permission = Permission(record)
            },
        };
    }

    /// <summary>A My Number card of its own: with the pictures of its face application.</summary>
    public MyNumberCardData Number(CardOrder order, CardPictures pictures, string securityCode)
    {
        var data = Number(order, securityCode);
        return data with
        {
            Pictures = PrintedPictures.NumberCard(
                data.Holder.Name, data.Holder.Address, securityCode, data.MyNumber, pictures.Face),
        };
    }

    private MyNumberCardData Number(CardOrder order, string securityCode)
    {
        var number = order.Number!;
        return new MyNumberCardData
        {
            Serial = order.Serial!.Value.Stored,
            MyNumber = number.Number.Reveal(),
            Holder = Holder(number),
            CardExpiry = order.ExpiresOn,
            SecurityCode = securityCode,
            Municipality = number.Address.Municipality.Five,
            CertificatesFrom = StartOf(order.IssuedOn),
            CertificatesUntil = EndOf(order.CertificatesUntil),
            WithSigningCertificate = order.SignatureCertificate is not null,
            AuthenticationSerial = order.AuthenticationCertificate,
            SigningSerial = order.SignatureCertificate,
        };
    }

    public MergedCardData Merged(CardOrder order, CardPictures pictures, string securityCode, string can) => new()
    {
        Number = Number(order, securityCode),
        Travel = new EmrtdData(Zone(order), FaceOf(pictures.Face)),
        Groups = GroupContent.WriteAll(law.Card, FieldParts.Of(law, order.Residence, order.ExpiresOn, order.IssuedOn))
            .ToImmutableSortedDictionary(group => group.Key, group => (ReadOnlyMemory<byte>)group.Value),
        Can = can,
    };

    /// <summary>The groups that an act rewrites, with what the register says now.</summary>
    public IReadOnlyList<(int Group, byte[] Content)> Groups(
        IReadOnlyCollection<FieldId> fields, ResidenceRecord record, ResidenceCardRecord card)
    {
        var parts = FieldParts.Of(law, record, card.ExpiresOn, card.IssuedOn);
        return [.. EntryRights.Groups(law.Card, fields).Select(group =>
            (group, GroupContent.Write(law.Card, group, parts)))];
    }

    /// <summary>DG2 states the portrait's pixels; 0 is what ISO/IEC 19794-5 has for not known.</summary>
    private static EmrtdFace FaceOf(ImmutableArray<byte> photograph)
    {
        var (width, height) = Photograph.SizeOf(photograph.AsSpan()) ?? (0, 0);
        return new(photograph, width, height);
    }

    private static Td1Mrz Zone(CardOrder order) => new()
    {
        DocumentCode = "AR",
        IssuingState = IssuingState,
        DocumentNumber = order.Card!.Value.Stored,
        BirthDate = TwoDigits(order.Residence.BirthDate),
        Sex = order.Residence.Sex switch { Sex.Male => 'M', Sex.Female => 'F', Sex.Unspecified => '<' },
        ExpiryDate = order.ExpiresOn.ToString("yyMMdd", CultureInfo.InvariantCulture),
        Nationality = order.Residence.Nationality.Stored,
        PrimaryIdentifier = Latin(order.Residence.Name.Roman.Family),
        SecondaryIdentifier = Latin(order.Residence.Name.Roman.Given),
    };

    /// <summary>ICAO 9303-5: an unknown month or day is a pair of fillers.</summary>
    private static string TwoDigits(PartialDate date)
    {
        var month = date.Month is 0 ? "<<" : date.Month.ToString("00", CultureInfo.InvariantCulture);
        var day = date.Day is 0 ? "<<" : date.Day.ToString("00", CultureInfo.InvariantCulture);
        return string.Create(CultureInfo.InvariantCulture, $"{date.Year % 100:00}{month}{day}");
    }

    /// <summary>What a zone can hold: capital letters and spaces; anything else becomes a space.</summary>
    private static string Latin(string name) => string.Join(' ', new string([.. name.ToUpperInvariant()
        .Select(c => char.IsAsciiLetterUpper(c) ? c : ' ')]).Split(' ', StringSplitOptions.RemoveEmptyEntries));

    public JpkiHolder Holder(NumberRecord number) => new(
        FullName(number.Name), FieldParts.FullAddress(law, number.Address), number.BirthDate.Compact,
        Digit(number.Sex.ToNumberChip()));

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

    private ResidenceActivityPermission? Permission(ResidenceRecord record)
    {
        if (record.Permit is not { } permit) return null;
        var isUpTo28Hours = law.Permits[permit].Work is WorkAnswer.UpTo28Hours;
        return new ResidenceActivityPermission(isUpTo28Hours ? "1" : "0", isUpTo28Hours ? record.StayUntil : null,
            !isUpTo28Hours);
    }

    private static string FullName(PersonName name) =>
        name.Roman.Given is "" ? name.Roman.Family : name.Roman.Family + NameSeparator + name.Roman.Given;

    private static string Digit(int code) => code.ToString(CultureInfo.InvariantCulture);
}
