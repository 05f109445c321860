using System.Collections.Immutable;
using Musubi.Chip.Applications.Eid;
using Musubi.Chip.Applications.Emrtd;
using Musubi.Chip.Personalisation;
using Musubi.Chip.VirtualCards;

namespace Musubi.Tests.Chip.VirtualCards;

/// <summary>A merged card for tests, made once and copied.</summary>
internal static class MergedCards
{
    public const string Can = "500540";
    public const string Pin = "123456";
    private static readonly Lazy<byte[]> MadeOnce = new(Make);

    public static Td1Mrz Zone { get; } = new()
    {
        DocumentCode = "AR",
        IssuingState = "UTO",
        DocumentNumber = DemoCards.ResidenceNumber,
        BirthDate = "900505",
        Sex = 'F',
        ExpiryDate = "350217",
        Nationality = "VNM",
        PrimaryIdentifier = "NGUYEN",
        SecondaryIdentifier = "THI HOA",
    };

    public static VirtualCard Copy(DemoCards cards, string name = "travel.card")
    {
        File.WriteAllBytes(cards.PathOf(name), MadeOnce.Value);
        return cards.Opened(name);
    }

    private static byte[] Make()
    {
        var path = Path.Combine(Directory.CreateTempSubdirectory("musubi-cards-").FullName, "travel.card");
        var data = new MergedCardData
        {
            Number = DemoCards.NumberData,
            Travel = new(Zone, new([0xFF, 0xD8, .. new byte[200], 0xFF, 0xD9], 120, 160)),
            Groups = ImmutableSortedDictionary<int, ReadOnlyMemory<byte>>.Empty.Add(4, EidGroup.Text("NGUYEN")),
            Can = Can,
        };
        CardFiles.MakeMerged(path, data, DemoCards.Keys, new(Pin, "9876543210", DemoCards.Pins));
        var bytes = File.ReadAllBytes(path);
        Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
        return bytes;
    }
}
