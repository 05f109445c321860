using Musubi.Counter;
using Musubi.Office.Hosting;
using Musubi.Vocabulary;

namespace Musubi.Office.Counter;

/// <summary>From the fields of the choices form to a choice. What is not understood is no choice: the act asks again.
/// </summary>
internal static class ActChoices
{
    public static ActChoice? Read(IFormCollection form)
    {
        if (form.Text("lost") is { Length: > 0 } lost)
            return Enum.TryParse<LostCard>(lost, out var card) && Enum.IsDefined(card)
                ? new ActChoice.Lost(card)
                : null;
        if (form.Text("municipality") is { Length: > 0 } place) return Moved(place, form.Text("address"));
        if (form.Text("period") == "later") return new ActChoice.Received();
        if (form.Text("period") == "refused") return new ActChoice.NotGranted();
        if (form.Text("period") == "none") return new ActChoice.OneCard(null);
        if (!PeriodOfStay.TryParse(form.Text("period"), out var period)) return null;
        if (form.Text("status") is { Length: > 0 } code)
            return StatusCode.TryParse(code, out var status) ? new ActChoice.NewStatus(status, period) : null;
        return form.Text("kind") == ActKind.Merge.Stored ? new ActChoice.OneCard(period) : new ActChoice.Longer(period);
    }

    private static ActChoice.NewAddress? Moved(string place, string text) =>
        MunicipalityCode.TryParse(place, out var municipality) && text.Length is > 0 and <= Address.MaxText
            ? new ActChoice.NewAddress(new Address(municipality, text))
            : null;
}
