using System.Text.Json.Serialization;

namespace Musubi.Vocabulary;

[JsonConverter(typeof(JsonStringEnumConverter<Sex>))]
public enum Sex
{
    Male,
    Female,
    Unspecified,
}

/// <summary>The two chips code the third case differently (3 and 9), which is a classic slip: nobody else maps
/// them.</summary>
public static class SexCodes
{
    /// <summary>Residence card, tag C7: 1 male, 2 female, 3 unspecified.</summary>
    public static int ToResidenceChip(this Sex sex) => sex switch
    {
        Sex.Male => 1,
        Sex.Female => 2,
        Sex.Unspecified => 3,
    };

    /// <summary>My Number card, tag DF25 (JIS X 0303): 1 male, 2 female, 9 not applicable.</summary>
    public static int ToNumberChip(this Sex sex) => sex switch
    {
        Sex.Male => 1,
        Sex.Female => 2,
        Sex.Unspecified => 9,
    };

    public static bool TryFromResidenceChip(int code, out Sex sex)
    {
        sex = code switch { 1 => Sex.Male, 2 => Sex.Female, _ => Sex.Unspecified };
        return code is 1 or 2 or 3;
    }

    /// <summary>0 (not known) and 9 (not applicable) both read as unspecified.</summary>
    public static bool TryFromNumberChip(int code, out Sex sex)
    {
        sex = code switch { 1 => Sex.Male, 2 => Sex.Female, _ => Sex.Unspecified };
        return code is 0 or 1 or 2 or 9;
    }
}
