using Musubi.Vocabulary;
using Xunit;

namespace Musubi.Tests.Vocabulary;

/// <summary>A made-up jurisdiction with other statuses, fields, groups, fees, holidays and card lives: what works for
/// it and for Japan is no Japanese rule in code.</summary>
public sealed class TinylandTests
{
    private static readonly Jurisdiction Tinyland = Jurisdiction.Load(Tiny.Folder);
    private static readonly DateOnly Day = new(2026, 2, 10);

    [Fact]
    public void It_has_its_own_statuses_and_work_answers()
    {
        var (guest, settler) = (StatusCode.Parse("guest"), StatusCode.Parse("settler"));
        Assert.Equal(["guest", "settler"], Tinyland.Statuses.Keys.Select(code => code.Stored)
            .Order(StringComparer.Ordinal));
        Assert.Equal(WorkAnswer.No, Tinyland.Work(guest, null));
        Assert.Equal(WorkAnswer.WithinStatus, Tinyland.Work(guest, "harvest"));
        Assert.Equal(WorkAnswer.Yes, Tinyland.Work(settler, "harvest"));
        Assert.True(Tinyland.IssuesResidenceCard(guest, PeriodOfStay.Parse("P30D")));
        Assert.False(Tinyland.Statuses[guest].Permits(PeriodOfStay.Parse("P5Y")));
        Assert.Equal(new DateOnly(2030, 1, 1), Tinyland.Statuses[settler].InForceFrom);
    }

    [Fact]
    public void Its_card_has_its_own_fields_in_its_own_groups()
    {
        Assert.Equal(["face", "guild", "debts"], Tinyland.Card.Fields.Select(field => field.Id.Stored));
        Assert.Equal(["debts"], Tinyland.Card.InGroup(3).Select(field => field.Id.Stored));
        Assert.Equal(Place.OpenOnChip, Tinyland.Card[FieldId.Parse("guild")].On(CardKind.Separate).Place);
        Assert.Null(Tinyland.Card.Find(FieldId.Parse("stay-until")));
    }

    [Fact]
    public void Its_cards_live_by_years_and_not_by_birthdays()
    {
        var (adult, child) = (PartialDate.Parse("2000-05-05"), PartialDate.Parse("2015-05-05"));
        Assert.Equal(Day.AddYears(3), Tinyland.CardLife.CardExpiry(CardKind.Merged, Day, adult, null));
        Assert.Equal(Day.AddYears(1), Tinyland.CardLife.CardExpiry(CardKind.Merged, Day, child, Day.AddDays(5)));
        Assert.Equal(Day.AddDays(5), Tinyland.CardLife.CardExpiry(CardKind.Separate, Day, child, Day.AddDays(5)));
        Assert.Equal(Day.AddYears(20), Tinyland.CardLife.CardExpiry(CardKind.Separate, Day, adult, null));
        Assert.Equal(Day.AddDays(5), Tinyland.CardLife.CertificateExpiry(Day, adult, null, Day.AddDays(5)));
    }

    [Fact]
    public void Its_fees_change_on_its_days()
    {
        var join = ActKind.Parse("join-guild");
        Assert.Null(Tinyland.Fee(join, Route.Merged, new DateOnly(2019, 12, 31)));
        Assert.Equal("5 TLD", Tinyland.Fee(join, Route.Merged, new DateOnly(2020, 12, 31))!.In(Language.English));
        Assert.Equal(7, Tinyland.Fee(join, Route.Separate, new DateOnly(2021, 1, 1))!.Amount);
        Assert.Null(Tinyland.Fee(ActKind.Renew, Route.Merged, Day));
    }

    [Fact]
    public void Its_week_has_one_day_off_and_its_holidays_move_nowhere()
    {
        Assert.True(Tinyland.Calendar.IsBusinessDay(new DateOnly(2026, 6, 7)));
        Assert.False(Tinyland.Calendar.IsBusinessDay(new DateOnly(2026, 6, 5)));
        Assert.True(Tinyland.Calendar.IsHoliday(new DateOnly(2026, 6, 2)));
        Assert.Equal(new DateOnly(2026, 6, 6), Tinyland.Deadlines["harvest-end"]
            .LastDay(new DateOnly(2026, 6, 1), Tinyland.Calendar));
        Assert.Throws<ArgumentOutOfRangeException>(() => Tinyland.Calendar.IsBusinessDay(new DateOnly(2027, 1, 1)));
    }

    [Fact]
    public void Its_access_list_is_its_own()
    {
        var master = Tinyland.AccessList.Find(EntryId.Parse("guild-master"))!;
        Assert.Equal(4, Tinyland.AccessList.Version);
        Assert.False(master.CanAllowed);
        Assert.True(master.IsInForce(new DateOnly(2026, 5, 5)));
        Assert.False(master.IsInForce(new DateOnly(2026, 5, 6)));
        Assert.Null(Tinyland.AccessList.Find(EntryId.Parse("landlord")));
    }
}
