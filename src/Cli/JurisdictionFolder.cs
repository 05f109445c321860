namespace Musubi.Cli;

/// <summary>Where the jurisdictions' data is: from the working folder upwards, else from the program's own.</summary>
internal static class JurisdictionFolder
{
    public static string Find(string code)
    {
        foreach (var start in (string[])[Environment.CurrentDirectory, AppContext.BaseDirectory])
            for (var folder = start; folder is not null; folder = Path.GetDirectoryName(folder))
                if (Path.Combine(folder, "jurisdictions", code) is var found
                    && File.Exists(Path.Combine(found, "jurisdiction.json")))
                    return found;
        throw new DirectoryNotFoundException(
            $"There is no folder jurisdictions/{code} here or above. Name one with --jurisdiction.");
    }
}
