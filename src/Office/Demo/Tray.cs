using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Security.Cryptography;
using Musubi.Chip.VirtualCards;
using Musubi.Counter;

namespace Musubi.Office.Demo;

/// <summary>One virtual card that the demonstration holds.</summary>
/// <param name="Id">Drawn at random; a form names the card by it.</param>
/// <param name="Holder">The invented person's name.</param>
/// <param name="Number">What is printed on the card.</param>
/// <param name="Can">The card access number printed on a merged card.</param>
/// <param name="Pins">What its holder would know: shown here because there is no holder.</param>
public sealed record TrayCard(
    string Id, CardProfile Profile, string Holder, string Number, string? Can, string Pins, string Path);

/// <summary>The cards that no hand holds: laid on readers and taken off by a form.</summary>
public sealed class Tray(Readers readers) : IDisposable
{
    /// <summary>More cards than a demonstration makes; beyond it a new one is not listed.</summary>
    private const int MostCards = 1_000;

    private readonly Lock gate = new();
    private readonly List<TrayCard> cards = [];
    private readonly ConcurrentDictionary<string, VirtualCard> open = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, TrayCard> lying = new(StringComparer.Ordinal);

    public IReadOnlyList<TrayCard> Cards()
    {
        lock (gate) return [.. cards];
    }

    /// <summary>Which card lies on which reader. A card that was pulled lies nowhere.</summary>
    public ImmutableSortedDictionary<string, TrayCard> Lying() => lying
        .Where(pair => readers.Find(pair.Key) is { CardPresent: true })
        .ToImmutableSortedDictionary(StringComparer.Ordinal);

    /// <summary>Lists a card. One path is listed once.</summary>
    public void Add(CardProfile profile, string holder, string number, string? can, string pins, string path)
    {
        lock (gate)
        {
            if (cards.Count >= MostCards || cards.Exists(card => card.Path == path)) return;
            cards.Add(new(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8)), profile, holder, number, can,
                pins, path));
        }
    }

    /// <summary>Lists the cards that the bureau made for an act, with what is printed on them.</summary>
    public void AddMade(ActView act, Premises premises)
    {
        foreach (var card in act.ToTake)
            Add(ProfileOf(card.Product), act.Person.Residence?.Name.Display ?? act.Person.Number?.Name.Display ?? "",
                card.Number?.Stored ?? card.Serial?.Stored ?? "",
                card.Serial is { } serial ? premises.PlateOf(serial.Stored)?.Can : null, "", card.Path);
    }

    /// <summary>Lays a card on a reader; whatever lay there is taken off first. False when there is no such card or
    /// reader.</summary>
    public bool Put(string id, string reader)
    {
        lock (gate)
        {
            if (cards.Find(card => card.Id == id) is not { } card || readers.Find(reader) is not { } place)
                return false;
            foreach (var elsewhere in lying.Where(pair => pair.Value.Id == id)) TakeOff(elsewhere.Key);
            TakeOff(reader);
            place.Insert(open.GetOrAdd(card.Id, static (_, path) => VirtualCard.Open(path), card.Path));
            lying[reader] = card;
            return true;
        }
    }

    public void TakeOff(string reader)
    {
        lock (gate)
        {
            readers.Find(reader)?.Remove();
            // The file is let go, so that others may open the card that nobody holds on a reader.
            if (lying.TryRemove(reader, out var card) && open.TryRemove(card.Id, out var held)) held.Dispose();
        }
    }

    private static CardProfile ProfileOf(CardProduct product) => product switch
    {
        CardProduct.Merged => CardProfile.Merged,
        CardProduct.Residence => CardProfile.Residence,
        CardProduct.Number => CardProfile.MyNumber,
    };

    public void Dispose()
    {
        foreach (var card in open.Values) card.Dispose();
    }
}
