using System.Globalization;

namespace Musubi.Tests.Registers;

/// <summary>How much the tests of crashes and faults do: a little in every run, and as much as MUSUBI_KILLS says in a
/// run that has the time.</summary>
internal static class Thoroughness
{
    /// <summary>Null in an ordinary run.</summary>
    private static int? Asked { get; } = Environment.GetEnvironmentVariable("MUSUBI_KILLS") is { Length: > 0 } kills
        ? int.Parse(kills, CultureInfo.InvariantCulture)
        : null;

    public static int Kills => Asked ?? 20;

    /// <summary>Random histories of the coordinator.</summary>
    public static int Walks => Asked ?? 15;

    /// <summary>Every so many operations of the disk one is failed; every single one when asked. Coprime to what an act
    /// writes, so that in each of its visits the fault meets another step.</summary>
    public static int DiskStride => Asked is null ? 13 : 1;
}
