namespace Musubi.Fuzz;

/// <summary>The whole card, fed with scripts of <see cref="CardScript"/>.</summary>
internal static class CardTarget
{
    private static readonly Lazy<FuzzCard> Card = new(() =>
    {
        var card = new FuzzCard();
        AppDomain.CurrentDomain.ProcessExit += (_, _) => card.Dispose();
        return card;
    });

    public static void Feed(byte[] input) =>
        CardRun.Play(Card.Value, CardScript.Decode(input)).GetAwaiter().GetResult();
}
