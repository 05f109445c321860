using Musubi.Chip.VirtualCards;
using Musubi.Counter;
using Musubi.Office.Hosting;
using Musubi.Office.Texts;
using Musubi.Population;
using Musubi.Vocabulary;

namespace Musubi.Office.Demo;

/// <summary>Opens the house behind the first page and invents its people where the registers are empty.</summary>
internal sealed class DemoFill(
    House house, OfficeOptions options, Jurisdiction law, DemoWorld world, Tray tray, TimeProvider time,
    PremisesSettings settings, IHostApplicationLifetime lifetime, ILogger<DemoFill> log) : BackgroundService
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
        house.Show(new Musubi.Office.Hosting.Filling(0, options.Residents));
        var premises = await Premises.Open(options.DataFolder, law, settings);
        if (await premises.Stores.Residence.Count() == 0)
        {
            var residents = new Residents(law, Shape.Load(options.JurisdictionFolder, law), world.Story, options.Seed,
                law.DayOf(time.GetUtcNow()));
            await Musubi.Population.Filling.Fill(premises.Stores, residents, options.Residents, law,
                new Told(done => house.Show(new Musubi.Office.Hosting.Filling(done, options.Residents))), cancel);
        }
        foreach (var person in world.Story.Residents) await LayOut(premises, person);
        house.Open(premises);
    }

    /// <summary>Makes the two cards of a persona where they are not there yet, and lists them in the tray.</summary>
    private async Task LayOut(Premises premises, PersonaResident person)
    {
        if (await premises.Stores.Residence.History(person.Residence) is not [var first, ..]) return;
        var folder = Path.Combine(options.DataFolder, "demo-cards");
        var residence = Path.Combine(folder, $"{person.Residence}-residence.card");
        var number = Path.Combine(folder, $"{person.Residence}-number.card");
        Directory.CreateDirectory(folder);
        if (!File.Exists(residence) || !File.Exists(number))
        {
            // A crash between the two cards leaves one: both are made anew.
            File.Delete(residence);
            File.Delete(number);
            // The cards are those of the first entries, whenever they are made.
            new SeparateCards(law, premises.Keys).Make(person, first.ValidFrom, folder);
        }
        var holder = new PersonName(person.Name).Display;
        tray.Add(CardProfile.Residence, holder, person.ResidenceCard.Stored, null, "", residence);
        tray.Add(CardProfile.MyNumber, holder, person.CardSerial.Stored, null,
            $"{person.Pin} · {person.SigningPassword}", number);
    }

    /// <summary>Tells at once and in order: a progress that posts to other threads may tell an older figure
    /// last.</summary>
    private sealed class Told(Action<int> tell) : IProgress<int>
    {
        public void Report(int value) => tell(value);
    }
}
