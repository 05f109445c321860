using Musubi.Counter;
using Musubi.Office.Hosting;
using Musubi.Office.Texts;
using Musubi.Registers;
using Musubi.Vocabulary;

namespace Musubi.Office.Demo;

/// <summary>Opens the house behind the first page and invents its people where the registers are empty.</summary>
internal sealed class DemoFill(
    House house, OfficeOptions options, Jurisdiction law, DemoWorld world, Tray tray, TimeProvider time,
    IHostApplicationLifetime lifetime, ILogger<DemoFill> log) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await Fill(stoppingToken);
        }
        catch (Exception wrong) when (wrong is not OperationCanceledException)
        {
            // Without its people the demonstration is nothing: say why and end, rather than wait for ever.
            log.LogCritical(wrong, "The demonstration could not be made.");
            lifetime.StopApplication();
        }
    }

    private async Task Fill(CancellationToken cancel)
    {
        var premises = await Premises.Open(options.DataFolder, law);
        house.Show(new Filling(0, options.Residents));
        var people = DemoResidents.Invent(law, DateForms.Today(time));
        if (await premises.Stores.Residence.Count() == 0) await Load(premises.Stores, people);
        cancel.ThrowIfCancellationRequested();
        foreach (var person in people)
            DemoCards.Make(premises, tray, person, Path.Combine(options.DataFolder, "demo-cards"));
        world.Show([.. people.Select(person => new Persona.Resident(
            person.Residence.Id.Stored.ToLowerInvariant(), person.Residence.Id, person.Residence.Name.Display))]);
        house.Open(premises);
    }

    private async Task Load(Stores stores, IReadOnlyList<DemoResident> people)
    {
        var today = DateForms.Today(time);
        var header = new ActHeader(ActId.New(time), ActKind.Parse("demonstration"), Musubi.Vocabulary.Route.Separate,
            StaffId.Parse("demonstration"), law.Offices.Keys.First(), "invented people", time.GetUtcNow());
        await stores.Residence.BulkLoad(header, today, people.Select(person => person.Residence));
        await stores.Number.BulkLoad(header, today, people.Select(person => person.Number));
    }
}
