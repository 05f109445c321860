using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Musubi.Vocabulary;

namespace Musubi.Population;

/// <summary>What the synthetic residents are shaped after: a jurisdiction's population.json.</summary>
public sealed record Shape
{
    public const string FileName = "population.json";

    private static readonly JsonSerializerOptions Strict = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    public required string Source { get; init; }
    public required ImmutableArray<NationalityShare> Nationalities { get; init; }
    public required ImmutableArray<StatusShare> Statuses { get; init; }

    /// <summary>How much likelier a nationality has a status than the totals alone say; 1 where nothing is
    /// said.</summary>
    public required ImmutableArray<Affinity> Affinities { get; init; }

    public required ImmutableArray<PrefectureShare> Prefectures { get; init; }
    public required ImmutableArray<string> Towns { get; init; }
    public required double Male { get; init; }
    public required double UnspecifiedSex { get; init; }
    public required double FirstOfJanuary { get; init; }
    public required double DayUnknown { get; init; }
    public required double HoldsNumberCard { get; init; }
    public required double Kana { get; init; }
    public required double PendingPastEnd { get; init; }
    public required double Dormitory { get; init; }
    public required double RoomNumber { get; init; }
    public required double OtherNameOrder { get; init; }
    public required double LongAddress { get; init; }
    public required PlantedShares Planted { get; init; }

    /// <summary>Reads and checks the file against its jurisdiction.</summary>
    /// <exception cref="JurisdictionException">The file is missing, is no such file, or names what does not
    /// exist.</exception>
    public static Shape Load(string folder, Jurisdiction jurisdiction)
    {
        ArgumentNullException.ThrowIfNull(jurisdiction);
        var shape = ReadFile<Shape>(folder, FileName);
        ImmutableArray<string> unknown =
        [
            .. shape.Nationalities.Where(share => !jurisdiction.Nationalities.ContainsKey(share.Code))
                .Select(share => share.Code.Stored),
            .. shape.Statuses.Where(share => !jurisdiction.Statuses.ContainsKey(share.Code))
                .Select(share => share.Code.Stored),
            .. shape.Prefectures.Where(share => jurisdiction.Municipalities.Keys.All(code => !IsIn(code, share.Code)))
                .Select(share => share.Code),
            .. shape.Nationalities.Where(share => !NamePools.Has(share.Names)).Select(share => share.Names),
        ];
        if (unknown.IsEmpty) return shape;
        throw new JurisdictionException(
            [.. unknown.Select(name =>
                $"{FileName}:1: \"{name}\" is not known; it would be in the jurisdiction or the name pools.")]);
    }

    internal static bool IsIn(MunicipalityCode code, string prefecture) =>
        string.Equals(code.Prefecture, prefecture, StringComparison.Ordinal);

    internal static T ReadFile<T>(string folder, string name)
    {
        try
        {
            using var file = File.OpenRead(Path.Combine(folder, name));
            return JsonSerializer.Deserialize<T>(file, Strict) ?? throw new JsonException("The file is null.");
        }
        catch (JsonException wrong)
        {
            throw new JurisdictionException([$"{name}:{(wrong.LineNumber ?? 0) + 1}: {wrong.Message}"]);
        }
        catch (FileNotFoundException)
        {
            throw new JurisdictionException([$"{name}:1: the file is missing; it would be in {folder}."]);
        }
    }

    /// <summary>Nationality and status together, with both totals met: iterative proportional fitting of the
    /// affinities.</summary>
    internal Weighted<(NationalityShare, StatusShare)> JointShares()
    {
        const int Rounds = 60;
        var cells = new double[Nationalities.Length, Statuses.Length];
        var affinity = Affinities.ToDictionary(a => (a.Nationality, a.Status), a => a.Weight);
        for (var n = 0; n < Nationalities.Length; n++)
            for (var s = 0; s < Statuses.Length; s++)
                cells[n, s] = affinity.GetValueOrDefault((Nationalities[n].Code, Statuses[s].Code), 1);
        for (var round = 0; round < Rounds; round++)
        {
            for (var n = 0; n < Nationalities.Length; n++)
            {
                var sum = Enumerable.Range(0, Statuses.Length).Sum(s => cells[n, s]);
                for (var s = 0; s < Statuses.Length; s++) cells[n, s] *= Nationalities[n].People / sum;
            }
            for (var s = 0; s < Statuses.Length; s++)
            {
                var sum = Enumerable.Range(0, Nationalities.Length).Sum(n => cells[n, s]);
                for (var n = 0; n < Nationalities.Length; n++) cells[n, s] *= Statuses[s].People / sum;
            }
        }
        return new(from n in Enumerable.Range(0, Nationalities.Length)
                   from s in Enumerable.Range(0, Statuses.Length)
                   select ((Nationalities[n], Statuses[s]), cells[n, s]));
    }
}

/// <param name="Names">The pool that names are drawn from.</param>
public sealed record NationalityShare(Nationality Code, int People, string Names, double KanjiShare, double AliasShare);

/// <param name="JoinsHousehold">Share of people who live with the household that came before them.</param>
public sealed record StatusShare(
    StatusCode Code, int People, double MeanAge, double AgeSpread, int Youngest, int Oldest, double JoinsHousehold);

public sealed record Affinity(Nationality Nationality, StatusCode Status, double Weight);

public sealed record PrefectureShare(string Code, int People);

/// <summary>How often each error is planted in the number register.</summary>
public sealed record PlantedShares(
    double DroppedMiddleName, double NameSlip, double OldAddress, double BirthDateLessKnown, double SexNotRecorded);
