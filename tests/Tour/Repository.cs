namespace Musubi.Tour;

/// <summary>Where the tour runs: the checkout, found from the tour's own place in it.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    /// <summary>The built assembly of a project of <c>src</c>, in the tour's own configuration.</summary>
    public static string Built(string project)
    {
        var output = AppContext.BaseDirectory.Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries);
        var (configuration, framework) = (output[^2], output[^1]);
        var path = Path.Combine(Root, "src", project, "bin", configuration, framework, $"Musubi.{project}.dll");
        return File.Exists(path) ? path : throw new TourException($"{path} is missing: build the solution first.");
    }

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "Musubi.slnx"))) return folder.FullName;
        throw new TourException("The tour runs inside a checkout of Musubi: no Musubi.slnx above it.");
    }
}

/// <summary>Something was not so: the tour stops at the first one and says which.</summary>
internal sealed class TourException(string message) : Exception(message);
