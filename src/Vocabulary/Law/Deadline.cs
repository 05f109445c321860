using System.Text.Json.Serialization;

namespace Musubi.Vocabulary;

[JsonConverter(typeof(JsonStringEnumConverter<DeadlineUnit>))]
public enum DeadlineUnit
{
    Days,
    BusinessDays,
    Months,
}

/// <summary>A time limit of the jurisdiction.</summary>
/// <param name="Id">Its key, such as "address-notice".</param>
/// <param name="Name">What it is about.</param>
/// <param name="Amount">How many units.</param>
/// <param name="Unit">Which unit.</param>
/// <param name="Basis">The provision, or the word that it is the product's own.</param>
public sealed record Deadline(string Id, LocalText Name, int Amount, DeadlineUnit Unit, string Basis)
{
    private const int LongestAmount = 400;

    /// <summary>The last day for something that began on <paramref name="start"/>.</summary>
    public DateOnly LastDay(DateOnly start, Calendar calendar)
    {
        ArgumentNullException.ThrowIfNull(calendar);
        return Unit switch
        {
            DeadlineUnit.Days => start.AddDays(Amount),
            DeadlineUnit.BusinessDays => calendar.AddBusinessDays(start, Amount),
            DeadlineUnit.Months => start.AddMonths(Amount),
        };
    }

    internal static Deadline Read(DataNode node) => new(node.String("id", 64), node.Local("name"),
        node.Number("amount", 1, LongestAmount), node.Enum<DeadlineUnit>("unit"), node.String("basis"));
}
