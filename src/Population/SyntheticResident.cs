using System.Text.Json.Serialization;
using Musubi.Registers;

namespace Musubi.Population;

/// <summary>One invented person as both registers know them.</summary>
/// <param name="Residence">What the residence register holds.</param>
/// <param name="Number">What the number register holds.</param>
/// <param name="Planted">The error planted in the number register, if any: the truth that a test can ask for.</param>
public sealed record SyntheticResident(ResidenceRecord Residence, NumberRecord Number, PlantedError Planted);

/// <summary>Errors that the question "same person?" must send to review.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<PlantedError>))]
public enum PlantedError
{
    None,
    DroppedMiddleName,
    NameSlip,
    OldAddress,
    BirthDateLessKnown,
    SexNotRecorded,
}
