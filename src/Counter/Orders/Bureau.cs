using System.Security.Cryptography;
using Musubi.Access;
using Musubi.Chip.Personalisation;
using Musubi.Registers;
using Musubi.Vocabulary;

namespace Musubi.Counter;

/// <summary>The built-in bureau: order files in, card files out. File and card are named by act and product, so an
/// order that is given or made twice is one order and one card.</summary>
/// <remarks>Trusted with the issuer keys, and with the holder's PINs for the moment of making the card.</remarks>
public sealed class Bureau
{
    private const string Digits = "0123456789";
    private const int SecurityCodeLength = 4;

    private readonly string orders;
    private readonly string cards;
    private readonly string letters;
    private readonly CardContent content;
    private readonly IssuerKeys keys;
    private readonly DeskStore store;
    private readonly RsaKeyPool? pool;

    internal Bureau(string folder, CardContent content, IssuerKeys keys, DeskStore store, RsaKeyPool? pool)
    {
        orders = Directory.CreateDirectory(Path.Combine(folder, "orders")).FullName;
        cards = Directory.CreateDirectory(Path.Combine(folder, "cards")).FullName;
        letters = Directory.CreateDirectory(Path.Combine(folder, "letters")).FullName;
        (this.content, this.keys, this.store, this.pool) = (content, keys, store, pool);
    }

    /// <summary>Lets an order leave, as one file. An order that has left is left alone.</summary>
    internal void Send(CardOrder order)
    {
        var path = OrderFile(OrderedCard.Of(order));
        if (!File.Exists(path)) SecretFile.Write(path, System.Text.Encoding.UTF8.GetBytes(RecordJson.Write(order)));
    }

    internal bool HasOrder(OrderedCard card) => File.Exists(OrderFile(card));

    /// <summary>The card's file, or null while it is not made.</summary>
    public string? PathOf(OrderedCard card)
    {
        ArgumentNullException.ThrowIfNull(card);
        return File.Exists(CardFile(card)) ? CardFile(card) : null;
    }

    /// <summary>Makes the card with the PINs its holder just chose. A card that is there is not made again.</summary>
    internal void Make(OrderedCard card, ChosenPins? pins)
    {
        var path = CardFile(card);
        if (File.Exists(path)) return;
        var order = RecordJson.Read<CardOrder>(File.ReadAllText(OrderFile(card)));
        var can = order.Product is CardProduct.Merged
            ? RandomNumberGenerator.GetString(Digits, MergedCardData.CanLength) : null;
        // The note comes first: a note without a card is harmless, a card without its number could not be opened.
        store.Keep(card, path, can);
        // Crash here: no card; the step is taken again and the note written anew.
        var pictures = store.Pictures(order.Residence.Id);
        switch (order.Product)
        {
            case CardProduct.Residence:
                CardFiles.MakeResidence(path, content.Residence(order, pictures), keys);
                break;
            case CardProduct.Number:
                CardFiles.MakeMyNumber(path, content.Number(order, pictures, SecurityCode()), keys, Pins(pins!), pool);
                break;
            case CardProduct.Merged:
                MakeMerged(card, order, pictures, pins!, path, can!);
                break;
            default:
                throw new InvalidOperationException($"The bureau makes no {order.Product}.");
        }
    }

    private void MakeMerged(OrderedCard card, CardOrder order, CardPictures pictures, ChosenPins pins, string path,
        string can)
    {
        var puk = RandomNumberGenerator.GetString(Digits, MergedPins.PukLength);
        // The PUK leaves sealed, for the holder alone; nobody at the desk reads it.
        SecretFile.Write(Path.Combine(letters, card.Key + ".puk"), System.Text.Encoding.ASCII.GetBytes(puk));
        CardFiles.MakeMerged(path, content.Merged(order, pictures, SecurityCode(), can), keys,
            new MergedPins(pins.Six, puk, Pins(pins)), pool);
    }

    private static MyNumberPins Pins(ChosenPins pins) => new(pins.Four, pins.Signature, pins.Four);

    private static string SecurityCode() => RandomNumberGenerator.GetString(Digits, SecurityCodeLength);

    private string OrderFile(OrderedCard card) => Path.Combine(orders, card.Key + ".json");

    private string CardFile(OrderedCard card) => Path.Combine(cards, card.Key + ".card");
}
