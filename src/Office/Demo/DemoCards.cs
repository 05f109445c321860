using Musubi.Chip.Applications.Jpki;
using Musubi.Chip.Applications.Residence;
using Musubi.Chip.Personalisation;
using Musubi.Chip.VirtualCards;
using Musubi.Counter;
using Musubi.Registers;
using Musubi.Vocabulary;

namespace Musubi.Office.Demo;

/// <summary>The two separate cards that each person of the personas holds on the first day.</summary>
internal static class DemoCards
{
    /// <summary>Makes the cards where they are not there yet, and lists them in the tray.</summary>
    public static void Make(Premises premises, Tray tray, DemoResident person, string folder)
    {
        Directory.CreateDirectory(folder);
        var holder = person.Residence.Name.Display;
        var card = person.Residence.Cards[0];
        var residence = Path.Combine(folder, $"{person.Residence.Id}.card");
        if (!File.Exists(residence))
            CardFiles.MakeResidence(residence, Residence(premises.Law, person.Residence, card), premises.Keys);
        tray.Add(CardProfile.Residence, holder, card.Number.Stored, null, "", residence);

        var number = Path.Combine(folder, $"{person.Number.Id}.card");
        var row = person.Number.Cards[0];
        if (!File.Exists(number))
            CardFiles.MakeMyNumber(number, Number(premises.Law, person.Number, row), premises.Keys,
                new MyNumberPins(DemoResidents.FourDigits, DemoResidents.Signature, DemoResidents.FourDigits));
        tray.Add(CardProfile.MyNumber, holder, row.Serial.Stored, null,
            $"{DemoResidents.FourDigits} · {DemoResidents.Signature}", number);
    }

    private static ResidenceCardData Residence(Jurisdiction law, ResidenceRecord person, ResidenceCardRecord card)
    {
        var status = law.Statuses[person.Status];
        return new ResidenceCardData
        {
            CardNumber = card.Number.Stored,
            CardExpiry = card.ExpiresOn,
            BirthDate = person.BirthDate.Compact,
            Sex = Digit(person.Sex.ToResidenceChip()),
            Nationality = person.Nationality.Stored,
            Status = status.ChipCode,
            Period = person.Period.Chip,
            PermissionType = law.PermissionTypes[person.PermissionType].ChipCode,
            PermissionDate = person.PermissionDate,
            Work = status.ChipWorkCode,
            StayUntil = person.StayUntil,
        };
    }

    private static MyNumberCardData Number(Jurisdiction law, NumberRecord person, NumberCardRecord row) => new()
    {
        Serial = row.Serial.Stored,
        MyNumber = person.Number.Reveal(),
        Holder = new JpkiHolder(person.Name.Roman.Display, person.Address.Text, person.BirthDate.Compact,
            Digit(person.Sex.ToNumberChip())),
        CardExpiry = row.ExpiresOn,
        SecurityCode = DemoResidents.FourDigits,
        CertificatesFrom = Midnight(law, row.IssuedOn),
        CertificatesUntil = Midnight(law, row.CertificatesUntil.AddDays(1)).AddSeconds(-1),
        AuthenticationSerial = row.AuthenticationCertificateSerial,
        SigningSerial = row.SignatureCertificateSerial,
    };

    private static DateTimeOffset Midnight(Jurisdiction law, DateOnly day)
    {
        var local = day.ToDateTime(TimeOnly.MinValue);
        return new(local, law.TimeZone.GetUtcOffset(local));
    }

    private static string Digit(int code) => code.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
