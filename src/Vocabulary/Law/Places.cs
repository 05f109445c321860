using System.Text.Json.Serialization;

namespace Musubi.Vocabulary;

/// <summary>One municipality (or ward with a code of its own).</summary>
public sealed record Municipality(MunicipalityCode Code, LocalText Name, LocalText Prefecture)
{
    internal static Municipality Read(DataNode node) =>
        new(node.Id<MunicipalityCode>("code"), node.Local("name"), node.Local("prefecture"));
}

/// <summary>A nationality or region and its name.</summary>
public sealed record NationalityName(Nationality Code, LocalText Name)
{
    internal static NationalityName Read(DataNode node) => new(node.Id<Nationality>("code"), node.Local("name"));
}

[JsonConverter(typeof(JsonStringEnumConverter<OfficeKind>))]
public enum OfficeKind
{
    Immigration,
    Municipality,
}

/// <summary>A counter that residents can go to.</summary>
public sealed record Office(OfficeId Id, OfficeKind Kind, LocalText Name, MunicipalityCode Municipality)
{
    internal static Office Read(DataNode node) => new(node.Id<OfficeId>("id"), node.Enum<OfficeKind>("kind"),
        node.Local("name"), node.Id<MunicipalityCode>("municipality"));
}
