using System.Collections.Immutable;
using System.Text;
using Musubi.Chip.Applications.Eid;
using Musubi.Chip.ChipAuthentication;
using Musubi.Chip.Pace;
using Musubi.Chip.Personalisation;
using Musubi.Chip.VirtualCards;

namespace Musubi.Fuzz;

/// <summary>A merged card whose every protected byte can be recognised, and the terminals that meet it. Made once a
/// process; back to new before every run.</summary>
public sealed class FuzzCard : IDisposable
{
    /// <summary>Stands in every group of the eID application, before the group's number.</summary>
    private const string Mark = "protected-";

    private const string Pin = "135790";
    private const string Can = "246801";
    private const string Puk = "9876543210";
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 0, 0, 0, TimeSpan.Zero);

    private readonly string folder = Directory.CreateTempSubdirectory("musubi-fuzz-").FullName;
    private readonly WeightlessDisk disk = new();
    private readonly byte[] asMade;
    private readonly IssuerKeys keys = IssuerKeys.CreateDemo(new StoppedClock());
    private readonly Dictionary<TerminalKind, FuzzTerminal> terminals;

    public FuzzCard()
    {
        CardFiles.MakeMerged(Path, Data, keys, new(Pin, Puk, new("1234", "ABC123", "5678")));
        asMade = File.ReadAllBytes(Path);
        var making = FuzzTerminal.MakeAll(keys, DateOnly.FromDateTime(Now.UtcDateTime));
        terminals = making.AsTask().GetAwaiter().GetResult();
        Chip = VirtualCard.Open(Path, disk);
    }

    public static ReadOnlySpan<byte> EidMark => "protected-"u8;

    /// <summary>The name in the machine-readable zone: readable after PACE, with any password.</summary>
    public static ReadOnlySpan<byte> TravelMark => "PROTECTED"u8;

    public VirtualCard Chip { get; private set; }

    public CardSecurityTrust Trust => new([keys.CountrySigner], Now);

    /// <summary>The password that is on the card now, or one that is not.</summary>
    public PacePassword Password(PacePasswordKind kind, bool isRight)
    {
        if (kind == PacePasswordKind.Mrz)
        {
            var zone = Data.Travel.Mrz.KeySeed();
            return PacePassword.Mrz(isRight ? zone : $"{zone[..^1]}<");
        }
        var digits = Chip.File.Eac!.Stored(kind).ToArray();
        if (!isRight) digits[^1] = digits[^1] == (byte)'0' ? (byte)'1' : (byte)'0';
        var text = Encoding.ASCII.GetString(digits);
        return kind switch
        {
            PacePasswordKind.Can => PacePassword.Can(text),
            PacePasswordKind.Pin => PacePassword.Pin(text),
            PacePasswordKind.Puk => PacePassword.Puk(text),
            PacePasswordKind.Mrz => throw new ArgumentOutOfRangeException(nameof(kind)),
        };
    }

    private string Path => System.IO.Path.Combine(folder, "fuzz.card");

    public FuzzTerminal Terminal(TerminalKind kind) => terminals[kind];

    public static byte[] GroupMark(int group) => Encoding.ASCII.GetBytes($"{Mark}{group:00}");

    /// <summary>As it left the factory.</summary>
    public void Renew()
    {
        if (disk.IsWritten)
        {
            Chip.Dispose();
            File.WriteAllBytes(Path, asMade);
            Chip = VirtualCard.Open(Path, disk);
            disk.IsWritten = false;
        }
        Chip.PowerOn();
    }

    public void Dispose()
    {
        Chip.Dispose();
        foreach (var terminal in terminals.Values) terminal.Dispose();
        keys.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    private static MergedCardData Data => new()
    {
        Number = new()
        {
            Serial = "N0000000000001",
            MyNumber = "123456789018",
            Holder = new("黒桐　幹也", "東京都清瀬市観布子南１２－７－２０２", "19800217", "1"),
            CardExpiry = new(2035, 2, 17),
            SecurityCode = "2285",
            CertificatesFrom = Now.AddDays(-1),
            CertificatesUntil = Now.AddYears(4),
        },
        Travel = new(
            new()
            {
                DocumentCode = "AR",
                IssuingState = "JPN",
                DocumentNumber = "AA12345678BB",
                BirthDate = "9005<<",
                Sex = 'F',
                ExpiryDate = "350217",
                Nationality = "VNM",
                PrimaryIdentifier = "PROTECTED",
                SecondaryIdentifier = "NAME",
            },
            new([0xFF, 0xD8, .. new byte[200], 0xFF, 0xD9], 120, 160)),
        Groups = Enumerable.Range(EidGroup.First, EidGroup.Last).ToImmutableSortedDictionary(
            group => group,
            group => (ReadOnlyMemory<byte>)EidGroup.Text(Encoding.ASCII.GetString(GroupMark(group)))),
        Can = Can,
    };

    /// <summary>No platter: what is fuzzed is the card, and tests of their own break its disk.</summary>
    private sealed class WeightlessDisk : DiskSteps
    {
        public bool IsWritten { get; set; }

        public override Stream CreateTemporary(string path)
        {
            IsWritten = true;
            return base.CreateTemporary(path);
        }

        public override void Flush(Stream stream) => stream.Flush();

        public override void FlushFolder(string folder)
        {
            // Nothing is lost that another run could miss.
        }
    }

    private sealed class StoppedClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => Now;
    }
}
