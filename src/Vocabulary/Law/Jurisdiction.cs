using System.Collections.Immutable;

namespace Musubi.Vocabulary;

/// <summary>One country's law as data: loaded once, checked wholly, never changed. No rule of a country is in
/// code.</summary>
public sealed class Jurisdiction
{
    private Jurisdiction(DataFile files, List<string> problems)
    {
        var roots = new List<DataNode>();
        DataNode Read(string file)
        {
            roots.Add(files.Read(file));
            return roots[^1];
        }

        var main = Read("jurisdiction.json");
        Code = main.String("code", 32);
        Name = main.Local("name");
        TimeZone = ReadTimeZone(main);
        Currency = main.String("currency", 3);

        var statuses = Read("statuses.json");
        Statuses = statuses.Table("statuses", Status.Read, status => status.Code);
        Permits = statuses.Table("permits", Permit.Read, permit => permit.Code);
        PermissionTypes = statuses.Table("permissionTypes", PermissionType.Read, type => type.Code);
        NoCardUpTo = statuses.Id<PeriodOfStay>("noCardUpTo");
        CheckPermits(statuses);

        Card = CardLayout.Read(Read("card.json"));
        var services = Read("services.json");
        Services = services.Table("services", node => Service.Read(node, Currency), service => service.Act);
        CheckOpposites(services);
        Deadlines = Read("deadlines.json").Table("deadlines", Deadline.Read, deadline => deadline.Id);
        Calendar = Calendar.Read(Read("holidays.json"));
        AccessList = AccessList.Read(Read("access-list.json"), Card);
        Municipalities = Read("municipalities.json").Table("municipalities", Municipality.Read, place => place.Code);
        Nationalities = Read("nationalities.json").Table("nationalities", NationalityName.Read, name => name.Code);
        var offices = Read("offices.json");
        Offices = offices.Table("offices", Office.Read, office => office.Id);
        CheckOffices(offices);

        foreach (var root in roots) root.ReportUnknownKeys();
        if (problems.Count > 0) throw new JurisdictionException([.. problems]);
    }

    /// <summary>The name of its folder, such as "japan".</summary>
    public string Code { get; }

    public LocalText Name { get; }
    public TimeZoneInfo TimeZone { get; }

    /// <summary>The day that a moment falls on there.</summary>
    public DateOnly DayOf(DateTimeOffset moment) =>
        DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(moment, TimeZone).DateTime);

    /// <summary>ISO 4217.</summary>
    public string Currency { get; }

    public ImmutableDictionary<StatusCode, Status> Statuses { get; }
    public ImmutableDictionary<string, Permit> Permits { get; }
    public ImmutableDictionary<string, PermissionType> PermissionTypes { get; }

    /// <summary>A stay of this length or shorter brings no residence card.</summary>
    public PeriodOfStay NoCardUpTo { get; }

    public CardLayout Card { get; }
    public CardLife CardLife => Card.Life;
    public ImmutableDictionary<ActKind, Service> Services { get; }
    public ImmutableDictionary<string, Deadline> Deadlines { get; }
    public Calendar Calendar { get; }
    public AccessList AccessList { get; }
    public ImmutableDictionary<MunicipalityCode, Municipality> Municipalities { get; }
    public ImmutableDictionary<Nationality, NationalityName> Nationalities { get; }
    public ImmutableDictionary<OfficeId, Office> Offices { get; }

    /// <summary>Reads a folder such as jurisdictions/japan.</summary>
    /// <exception cref="JurisdictionException">Something in it is wrong; the exception lists everything.</exception>
    public static Jurisdiction Load(string folder)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        var problems = new List<string>();
        return new Jurisdiction(new DataFile(folder, problems), problems);
    }

    /// <summary>May the holder of this status work, given the further permission they hold (or null)?</summary>
    public WorkAnswer Work(StatusCode status, string? permit)
    {
        var own = Statuses[status].Work;
        if (permit is null) return own;
        var further = Permits[permit];
        return further.Statuses.Contains(status) ? further.Work : own;
    }

    /// <summary>Does a stay of this status and length bring a residence card?</summary>
    public bool IssuesResidenceCard(StatusCode status, PeriodOfStay period) =>
        Statuses[status].CardType is not null && period.CompareTo(NoCardUpTo) > 0;

    /// <summary>What the act costs on that day; null where it is not offered on that route or not yet on that
    /// day.</summary>
    public Fee? Fee(ActKind act, Route route, DateOnly day) =>
        Services.GetValueOrDefault(act)?.On(route)?.Fees.LastOrDefault(fee => fee.From <= day);

    private void CheckPermits(DataNode root)
    {
        foreach (var permit in root.List("permits"))
            foreach (var status in permit.OptionalList("statuses"))
                if (StatusCode.TryParse(status.Text, out var code) && !Statuses.ContainsKey(code))
                    status.Problem($"there is no status \"{code}\"", "a status of this file");
    }

    /// <summary>Going back costs what going there costs: the one inequality data could smuggle in.</summary>
    private void CheckOpposites(DataNode root)
    {
        foreach (var node in root.List("services").Where(node => node.Has("opposite")))
        {
            if (!ActKind.TryParse(node.At("act").Text, out var act)
                || !Services.TryGetValue(act, out var service)) continue;
            var back = Services.GetValueOrDefault(service.Opposite ?? default);
            if (back is null || back.Opposite != act || service.Routes.Length != 1 || back.Routes.Length != 1
                || !Service.SameFees(service.Routes[0], back.Routes[0]))
                node.Problem($"\"{act}\" has no equal way back", "two acts that name each other, with the same fees");
        }
    }

    private void CheckOffices(DataNode root)
    {
        foreach (var node in root.List("offices").Select(office => office.At("municipality")))
            if (MunicipalityCode.TryParse(node.Text, out var code) && !Municipalities.ContainsKey(code))
                node.Problem($"there is no municipality {code}", "a code of municipalities.json");
    }

    private static TimeZoneInfo ReadTimeZone(DataNode main)
    {
        if (TimeZoneInfo.TryFindSystemTimeZoneById(main.String("timeZone", 64), out var zone)) return zone;
        main.At("timeZone").Problem("\"timeZone\" is not known", "a name such as Asia/Tokyo");
        return TimeZoneInfo.Utc;
    }
}
