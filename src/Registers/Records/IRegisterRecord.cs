using System.Text.Json.Serialization;
using Musubi.Vocabulary;

namespace Musubi.Registers;

/// <summary>A body that a register keeps: who it is about and by what it is found.</summary>
public interface IRegisterRecord
{
    [JsonIgnore]
    PersonId Key { get; }

    /// <summary>What belongs to this person alone: the register refuses a second owner.</summary>
    IEnumerable<Term> Identifiers();

    /// <summary>By what this person may be found among others.</summary>
    IEnumerable<Term> Names();
}
