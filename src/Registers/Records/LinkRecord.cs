using System.Text.Json.Serialization;
using Musubi.Vocabulary;

namespace Musubi.Registers;

/// <summary>Who is who: one residence person and one number person, and no attribute of either.</summary>
/// <remarks>The residence person is the key, so there is one current link on that side by construction; a live link
/// also claims the number person as an identifier, so there is one on the other side by the store's primary
/// key.</remarks>
public sealed record LinkRecord(PersonId Residence, PersonId Number, LinkState State, DateOnly Since) : IRegisterRecord
{
    public PersonId Key => Residence;

    [JsonIgnore]
    public bool IsLive => State switch
    {
        LinkState.Linked or LinkState.Contested => true,
        LinkState.Untied => false,
    };

    public IEnumerable<Term> Identifiers() => IsLive ? [Term.OfNumberPerson(Number)] : [];

    public IEnumerable<Term> Names() => [];
}

/// <summary>The only steps: Linked → Contested → Linked or Untied, Linked → Untied, Untied → Linked by a new
/// act.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<LinkState>))]
public enum LinkState
{
    Linked,

    /// <summary>Suspected wrong: readers get "under correction" and nothing of the other side.</summary>
    Contested,
    Untied,
}
