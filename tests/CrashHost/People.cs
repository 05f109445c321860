using System.Collections.Immutable;
using System.Globalization;
using Musubi.Registers;
using Musubi.Vocabulary;

namespace Musubi.CrashHost;

/// <summary>Made-up residents, by number: enough of a person for the registers, the same every time.</summary>
public static class People
{
    private static readonly DateOnly Issued = new(2026, 6, 15);
    private static readonly MunicipalityCode Municipality = MunicipalityCode.Parse("131016");

    public static PersonId ResidenceId(int i) =>
        PersonId.Parse(string.Create(CultureInfo.InvariantCulture, $"R-{i:0000000000}"));

    public static PersonId NumberId(int i) =>
        PersonId.Parse(string.Create(CultureInfo.InvariantCulture, $"N-{i:0000000000}"));

    public static ResidenceCardNumber Card(int i) =>
        ResidenceCardNumber.Parse(string.Create(CultureInfo.InvariantCulture, $"AA{i:00000000}BB"));

    public static MyNumber MyNumberOf(int i) =>
        MyNumber.FromEleven(i.ToString("00000000000", CultureInfo.InvariantCulture));

    public static CardSerial Serial(int i) =>
        CardSerial.Parse(string.Create(CultureInfo.InvariantCulture, $"S{i:00000000}"));

    public static Address AddressOf(string text) => new(Municipality, text);

    public static ResidenceRecord Residence(int i) => new(
        ResidenceId(i), Name(i), Birth(i), Sex.Female, Nationality.Parse("VNM"), AddressOf("1-1 Kanda"),
        StatusCode.Parse("engineer"), PeriodOfStay.OfMonths(3), new DateOnly(2028, 4, 1), "renewal",
        new DateOnly(2025, 4, 1), null, null,
        [new(Card(i), CardKind.Separate, Issued, new DateOnly(2028, 4, 1), CardState.Valid, null)]);

    public static NumberRecord Number(int i) => new(
        NumberId(i), MyNumberOf(i), Name(i), Birth(i), Sex.Female, Nationality.Parse("VNM"), AddressOf("1-1 Kanda"),
            Card(i),
        [new(Serial(i), CardKind.Separate, Issued, new DateOnly(2028, 4, 1), CardState.Valid, "0A", "0B",
            new DateOnly(2028, 4, 1))]);

    public static ActHeader Header(TimeProvider time, ActKind kind, int desk = 1) => new(
        ActId.New(time), kind, Route.Merged, StaffId.Parse("clerk"), OfficeId.Parse(
            string.Create(CultureInfo.InvariantCulture, $"desk-{desk}")), "Immigration Control Act art. 21",
                time.GetUtcNow());

    /// <summary>Both registers, filled with the first so many people.</summary>
    public static async Task Load(Stores stores, int count)
    {
        var act = Header(TimeProvider.System, ActKind.Parse("load"));
        await stores.Residence.BulkLoad(act, Issued, Enumerable.Range(1, count).Select(Residence));
        await stores.Number.BulkLoad(act, Issued, Enumerable.Range(1, count).Select(Number));
    }

    /// <summary>Moves a person in both registers and ties or unties them: three stores change, and each version says
    /// which act it was, so that any mixture of two acts shows.</summary>
    public static DecidedAct Move(TimeProvider time, JoinedPerson person, bool? merged = null, int desk = 1)
    {
        var header = Header(time,
            merged switch { true => ActKind.Merge, false => ActKind.Unmerge, null => ActKind.Move }, desk);
        var address = AddressOf(Stamp(header.Act, merged ?? person.IsMerged));
        var (residence, number) = (person.Residence!, person.Number!);
        var link = new LinkRecord(residence.Record.Id, number.Record.Id,
            merged is false ? LinkState.Untied : LinkState.Linked, Issued);
        return new()
        {
            Header = header,
            Residence = [new(residence.Version, Issued, residence.Record with { Address = address })],
            Number = [new(number.Version, Issued, number.Record with { Address = address })],
            Links = merged is null ? [] : [new(person.Link?.Version ?? 0, Issued, link)],
            Commitments = [new("act", residence.Record.Id, $$"""{"act":"{{header.Act}}"}""")],
            Completion = "{}",
        };
    }

    public static string Stamp(ActId act, bool merged) => $"{(merged ? "merged" : "separate")} {act}";

    private static PersonName Name(int i) => new(ImmutableArray.Create(
        new NameForm(NameScript.Roman, "NGUYEN", string.Create(CultureInfo.InvariantCulture, $"THI {i}")),
        new NameForm(NameScript.Kana, "グエン", string.Create(CultureInfo.InvariantCulture, $"ティ{i}"))));

    private static PartialDate Birth(int i) => PartialDate.Of(1960 + (i % 60), 1 + (i % 12), 1 + (i % 28));
}
