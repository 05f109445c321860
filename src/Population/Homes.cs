using System.Collections.Immutable;
using System.Globalization;
using Musubi.Vocabulary;

namespace Musubi.Population;

/// <summary>Where somebody lives; with the family's name when they join a household.</summary>
internal readonly record struct Home(Address Address, NamePools.Part? Family, int People, bool Dormitory);

/// <summary>Households and dormitories: people of one nationality who come after one another may share a
/// home.</summary>
internal sealed class Homes
{
    private const int MostInHousehold = 6, MostInDormitory = 24;

    private readonly Shape shape;
    private readonly Weighted<ImmutableArray<MunicipalityCode>> prefectures;
    private readonly Dictionary<(Nationality, bool Dormitory), Home> last = [];

    public Homes(Shape shape, Jurisdiction jurisdiction)
    {
        this.shape = shape;
        prefectures = new(shape.Prefectures.Select(share => (
            jurisdiction.Municipalities.Keys.Where(code => Shape.IsIn(code, share.Code))
                .OrderBy(code => code.Stored, StringComparer.Ordinal).ToImmutableArray(),
            (double)share.People)));
    }

    public Home Draw(ref Draw draw, NationalityShare nationality, StatusShare status)
    {
        // A status of the young who come to work, none of whom bring a family: they live where the employer houses
        // them.
        var dormitory = status is { JoinsHousehold: 0, MeanAge: < 29 };
        var share = dormitory ? shape.Dormitory : status.JoinsHousehold;
        if (draw.Chance(share) && last.TryGetValue((nationality.Code, dormitory), out var home)
            && home.People < (dormitory ? MostInDormitory : MostInHousehold))
            return home with { People = home.People + 1, Family = dormitory || draw.Chance(0.25) ? null : home.Family };
        return new(DrawAddress(ref draw), null, 1, dormitory);
    }

    /// <summary>The next ones may join here.</summary>
    public void Settle(NationalityShare nationality, Home home) => last[(nationality.Code, home.Dormitory)] = home;

    public Address DrawAddress(ref Draw draw)
    {
        var places = prefectures.Draw(ref draw);
        // The first places of a prefecture are the larger ones, roughly by Zipf's law.
        var place = places[(int)(places.Length * draw.Unit() * draw.Unit())];
        var numbers = string.Create(CultureInfo.InvariantCulture,
            $"{draw.Between(1, 8)}-{draw.Between(1, 30)}-{draw.Between(1, 25)}");
        var room = draw.Chance(shape.RoomNumber)
            ? string.Create(CultureInfo.InvariantCulture, $"-{draw.Between(1, 9)}{draw.Between(1, 12):00}")
            : "";
        return new(place, draw.Of(shape.Towns) + numbers + room);
    }
}
