namespace Musubi.Tour;

/// <summary>One person at one screen, in the words of the story: sits down, lays cards on the reader, types at the pad.
/// </summary>
internal abstract class Screen(Product product, string persona, string reader) : IDisposable
{
    protected Client Client { get; } = new(product.Address);

    public async Task SitDown()
    {
        var page = await Client.Open("/demo/personas");
        page = await Client.Send(page.Form($"form[action='/demo/personas']:has(input[value='{persona}'])"));
        if (page.Status != 200) throw new TourException($"{persona} could not sit down: {page.Status}.");
    }

    /// <summary>Lays the card with this printed number on the reader, through the same form that a person
    /// uses.</summary>
    public async Task Lay(string printed)
    {
        var row = (await Tray()).FirstOrDefault(row => row.Printed.Contains(printed, StringComparer.Ordinal))
            ?? throw new TourException($"The tray has no card {printed}.");
        if (row.Form is { } put) await Client.Send(put);
    }

    public async Task TakeOff()
    {
        var tray = await Client.Open($"/demo/cards?reader={reader}");
        if (tray.Has("form[action='/demo/cards/take']"))
            await Client.Send(tray.Form("form[action='/demo/cards/take']"));
    }

    /// <summary>What the tray tells of the newest card of this kind and holder: the number printed on it, and its
    /// access number where it has one.</summary>
    public async Task<(string Number, string? Can)> Newest(string kind, string holder)
    {
        var row = (await Tray()).LastOrDefault(row => row.Cells[0] == kind
            && row.Cells[1].StartsWith(holder, StringComparison.Ordinal))
            ?? throw new TourException($"The tray has no {kind} of {holder}.");
        return (row.Printed[0], row.Printed.Count > 1 ? row.Printed[1] : null);
    }

    /// <summary>The holder types at their own pad, into the fields that it shows.</summary>
    public async Task Type(string? four = null, string? six = null, string? signature = null)
    {
        var form = (await Client.Open($"/demo/pinpad/{reader}")).Form($"form[action='/demo/pinpad/{reader}']");
        if (four is not null && form.Values.ContainsKey("four")) form.Fill("four", four);
        if (six is not null && form.Values.ContainsKey("six")) form.Fill("six", six);
        if (signature is not null && form.Values.ContainsKey("signature")) form.Fill("signature", signature);
        var answer = await Client.Send(form);
        if (answer.Status != 200)
            throw new TourException($"The pad of {reader} did not take the numbers: {answer.Words}");
    }

    public void Dispose() => Client.Dispose();

    private async Task<IReadOnlyList<Row>> Tray() => (await Client.Open($"/demo/cards?reader={reader}")).Rows;
}

/// <summary>A clerk's desk.</summary>
internal sealed class DeskScreen(Product product, string persona, string reader) : Screen(product, persona, reader)
{
    private Uri? _act;

    public Page Now { get; private set; } = null!;

    public async Task Find(string number)
    {
        Now = await Client.Open("/counter");
        Now = await Client.Send(Now.Form("form[action='/counter/find']").Fill("number", number));
    }

    public async Task Begin(string kind, string route)
    {
        Now = await Client.Open("/counter");
        Now = await Client.Send(Now.Form(
            $"form[action='/counter/acts']:has(input[value='{kind}']):has(input[value='{route}'])"));
        _act = Now.Address;
    }

    /// <summary>Sends the form of the step at hand: show, choose, check, commit, make or write.</summary>
    public async Task Step(string step, params (string Name, string Value)[] fields)
    {
        var form = Now.Form($"form[action$='/{step}']");
        foreach (var (name, value) in fields) form.Fill(name, value);
        Now = await Client.Send(form);
    }

    /// <summary>The turned screen: the resident answers in their own language, and signs with the card's key.</summary>
    public async Task<Page> Agree(string language, string pin)
    {
        await Type(four: pin);
        var screen = await Client.Open($"{Now.Link("a[href$='/screen']")}?language={language}");
        Now = await Client.Send(screen.Form("form[action$='/agree']").Fill("answer", "yes"));
        return screen;
    }

    public bool Asks(string step) => Now.Has($"form[action$='/{step}']");

    public bool IsRefused => Now.Has("#refused");

    public bool IsDone => Now.Has(".notice.ok");

    /// <summary>The act as it stands, as after pressing reload.</summary>
    public async Task Reload() => Now = await Client.Open(_act!);

    /// <summary>Sends a form as it was filled; sent once more it is what an impatient finger does.</summary>
    public async Task Send(Form form) => Now = await Client.Send(form);
}

/// <summary>Somebody who checks a card.</summary>
internal sealed class VerifierScreen(Product product, string persona, string reader) : Screen(product, persona, reader)
{
    public async Task<Page> Read(string can)
    {
        var page = await Client.Open("/verify");
        if (!page.Has("form[action='/verify/read']"))
            page = await Client.Send(page.Form("main form[action^='/verify/']"));
        return await Client.Send(page.Form("form[action='/verify/read']").Fill("can", can));
    }
}

/// <summary>A resident at home.</summary>
internal sealed class ResidentScreen(Product product, string persona) : Screen(product, persona, "desk-1")
{
    public Task<Page> Open(string path) => Client.Open(path);
}
