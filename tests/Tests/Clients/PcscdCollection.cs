namespace Musubi.Tests.Clients;

/// <summary>Tests that share the one PC/SC daemon of a run; they go one after another.</summary>
[CollectionDefinition(Name)]
public sealed class PcscdCollection : ICollectionFixture<Pcscd>
{
    public const string Name = "pcscd";
}

internal static class PcscdNeed
{
    /// <summary>The daemon runs after this; skips the calling test where it cannot.</summary>
    public static async Task Need(this Pcscd pcscd, params string[] programs)
    {
        if (Pcscd.Missing(programs) is { } missing) Assert.Skip(missing);
        if (await pcscd.Start() is { } reason) Assert.Skip(reason);
    }
}
