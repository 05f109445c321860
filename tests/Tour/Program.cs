using Musubi.Tour;
using Musubi.Tour.Stories;

// tour [--story NAME]: the product, started fresh, used as its users would; ends with 1 at the first thing not so.
const int Residents = 500;
const int Seed = 1;

var stories = new Dictionary<string, Func<Product, Teller, Task>>(StringComparer.Ordinal)
{
    ["one-visit"] = OneVisit.Tell,
};

if (args is ["--help" or "-h"])
{
    Usage(Console.Out);
    return 0;
}

if (args is not ([] or ["--story", _]) || (args.Length == 2 && !stories.ContainsKey(args[1])))
{
    Usage(Console.Error);
    return 2;
}

var teller = new Teller(Console.Out);
try
{
    foreach (var (name, tell) in stories)
    {
        if (args.Length == 2 && args[1] != name) continue;
        await using var product = await Product.Start(Residents, Seed);
        await tell(product, teller);
    }

    teller.End();
    return 0;
}
catch (TourException notSo)
{
    Console.Error.WriteLine($"{Environment.NewLine}{notSo.Message}");
    return 1;
}

void Usage(TextWriter output)
{
    output.WriteLine("tour [--story NAME]   the product used as its users would, told step by step");
    output.WriteLine($"stories: {string.Join(", ", stories.Keys)}");
    output.WriteLine("examples:");
    output.WriteLine("  dotnet run build.cs tour");
    output.WriteLine("  dotnet run build.cs tour --story one-visit");
}
