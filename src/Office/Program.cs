using System.CommandLine;
using Musubi.Office.Hosting;

var data = new Option<DirectoryInfo>("--data")
{ Description = "Folder of the registers and cards; made when it is not there.", Required = true };
var port = new Option<int>("--port")
{ Description = "Port on the loopback address; 0 takes a free one.", DefaultValueFactory = _ => 5080 };
var demo = new Option<bool>("--demo")
{ Description = "Invented people, a persona picker and a card tray." };
var residents = new Option<int>("--residents")
{ Description = "How many people the demonstration invents.", DefaultValueFactory = _ => 2_000 };
var seed = new Option<int>("--seed")
{ Description = "The same seed invents the same people.", DefaultValueFactory = _ => 42 };
var jurisdiction = new Option<DirectoryInfo>("--jurisdiction")
{
    Description = "Folder of the law as data.",
    DefaultValueFactory = _ => new(Path.Combine(AppContext.BaseDirectory, "jurisdictions", "japan")),
};
port.Validators.Add(result =>
{
    if (result.GetValueOrDefault<int>() is < 0 or > 65_535) result.AddError("--port is from 0 to 65535.");
});
residents.Validators.Add(result =>
{
    if (result.GetValueOrDefault<int>() is < 0 or > OfficeOptions.MostResidents)
        result.AddError($"--residents is from 0 to {OfficeOptions.MostResidents}.");
});

var serve = new Command("serve", "Serves the portals and the API.") { data, port, demo, residents, seed, jurisdiction };
serve.SetAction((parsed, cancel) => OfficeHost.Serve(
    new OfficeOptions(
        parsed.GetRequiredValue(data).FullName, parsed.GetValue(port), parsed.GetValue(demo),
        parsed.GetValue(residents), parsed.GetValue(seed), parsed.GetValue(jurisdiction)!.FullName),
    Console.Out, Console.Error, cancel));

var outFile = new Option<FileInfo>("--out") { Description = "File to write.", Required = true };
var routes = new Command("routes", "Writes what every act takes on every route, counted from the acts' own steps.")
    { outFile, jurisdiction };
routes.SetAction(parsed => RouteLedger.Write(
    parsed.GetRequiredValue(outFile).FullName, parsed.GetValue(jurisdiction)!.FullName, Console.Error));

var root = new RootCommand(
    """
    Musubi: the office of a merged card that people choose.

    Exit codes: 0 done · 2 wrong usage · 3 a fault.
    """) { serve, routes };
return await ExitCodes.Run(root, args, Console.Error);
