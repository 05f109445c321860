using System.Security.Cryptography;
using Musubi.Chip.Apdu;
using Musubi.Chip.Applications;
using Musubi.Chip.Crypto;
using Musubi.Chip.CvCertificates;
using Musubi.Chip.Pace;
using Musubi.Chip.RestrictedIdentification;
using Musubi.Chip.TerminalAuthentication;
using Musubi.Chip.Tlv;

namespace Musubi.Tests.Chip.Eid;

/// <summary>Pseudonyms (TR-03110-2 §3.6, TR-03110-3 §B.4).</summary>
public sealed class RestrictedIdentificationTests
{
    private static readonly DomainParameters Curve = DomainParameters.BrainpoolP256r1;
    private static readonly SectorKey Log = SectorKey.Create(Curve);
    private static readonly SectorKey Own = SectorKey.Create(Curve);

    [Fact]
    public async Task A_card_has_one_pseudonym_in_each_sector_and_another_card_has_others()
    {
        using var country = await Country.Create();
        var (card, other) = (country.MakeCard(), country.MakeCard());
        var first = await Ask(country, card, Log, SectorPlace.First);
        Assert.Equal(first, await Ask(country, card, Log, SectorPlace.First));
        var pseudonyms = new[]
        {
            first,
            await Ask(country, card, Own, SectorPlace.Second),
            await Ask(country, card, Log, SectorPlace.First, PseudonymKey.WithRight),
            await Ask(country, other, Log, SectorPlace.First),
        };
        Assert.Equal(pseudonyms.Length, pseudonyms.Select(p => p.Value).Distinct().Count());
    }

    [Fact]
    public async Task The_pseudonym_is_what_the_keeper_of_the_sectors_key_computes_from_the_cards_public_key()
    {
        using var country = await Country.Create();
        var card = country.MakeCard();
        using var sector = CurveKey.Create(Curve.Curve);
        using var onCard = CurveKey.From(Curve.Curve, (byte[])card.Eac.IdentificationKeys[0].Secret.Clone());
        var key = SectorKey.FromPoint(Curve, sector.Public);
        var given = await Ask(country, card, key, SectorPlace.First, first: key);
        Assert.True(sector.TryAgree(onCard.Public, out var shared));
        Assert.Equal(SHA256.HashData(CurveKey.X(shared)), given.Value.Bytes.ToArray());
    }

    [Fact]
    public async Task The_second_key_is_for_terminals_with_the_right_alone()
    {
        using var country = await Country.Create();
        var card = country.MakeCard();
        var refused = await Ask(
            country, card, Log, SectorPlace.First, PseudonymKey.WithRight, EidRights.ReadDg21);
        Assert.Equal(CardRefusal.NotPermitted, refused.Refusal);
        Assert.True((await Ask(country, card, Log, SectorPlace.First, rights: EidRights.ReadDg21)).IsGiven);
        Assert.Equal(1, card.Eac.Readings.Count);
    }

    [Fact]
    public async Task A_sector_that_the_certificate_does_not_name_gets_no_pseudonym()
    {
        using var country = await Country.Create();
        var card = country.MakeCard();
        Assert.Equal(CardRefusal.Refused, (await Ask(country, card, Own, SectorPlace.First)).Refusal);
        Assert.Equal(CardRefusal.Refused, (await Ask(country, card, Log, SectorPlace.Second)).Refusal);
        var none = await country.MakeTerminal(EidRights.All);
        using var pin = PacePassword.Pin(Country.Pin);
        using var open = await none.Open(card, pin, country.Trust);
        var answer = await RestrictedIdentification.Run(open, Log, SectorPlace.First, PseudonymKey.ForAll);
        Assert.Equal(CardRefusal.NoSuchFile, answer.Refusal);
        Assert.Equal(0, card.Eac.Readings.Count);
    }

    [Fact]
    public async Task A_sector_key_off_the_curve_draws_nothing_out_of_the_card()
    {
        using var country = await Country.Create();
        var point = Log.Point.ToArray();
        point[^1] ^= 1;
        var bad = SectorKey.FromPoint(Curve, point);
        var answer = await Ask(country, country.MakeCard(), bad, SectorPlace.First, first: bad);
        Assert.Equal(CardRefusal.Refused, answer.Refusal);
        var foreign = SectorKey.Create(DomainParameters.NistP256);
        var other = await Ask(country, country.MakeCard(), foreign, SectorPlace.First, first: foreign);
        Assert.Equal(CardRefusal.Refused, other.Refusal);
    }

    [Fact]
    public async Task Both_sectors_may_come_in_one_command_or_one_after_the_other()
    {
        using var country = await Country.Create();
        var card = country.MakeCard();
        using var open = await Open(country, card, Log, EidRights.All);
        await Select(open, keyId: 1);
        var both = await Identify(open, (0xA0, Log), (0xA2, Own));
        var level = BerTlv.Read(both.Data).Children();
        await Select(open, keyId: 1);
        var first = BerTlv.Read((await Identify(open, (0xA0, Log))).Data).Children();
        var second = BerTlv.Read((await Identify(open, (0xA2, Own))).Data).Children();
        Assert.Equal(level.Require(0x81).Value.ToArray(), first.Require(0x81).Value.ToArray());
        Assert.Equal(level.Require(0x83).Value.ToArray(), second.Require(0x83).Value.ToArray());
        // Something else in between: the key has to be named again.
        Assert.True((await open.Transmit(new CommandApdu(0, 0xA4, 0, 0x0C))).IsSuccess);
        Assert.Equal(StatusWord.ConditionsNotSatisfied, (await Identify(open, (0xA2, Own))).Status);
        Assert.Equal("6A88", await Select(open, keyId: 3));
        Assert.Equal("6A88", await Select(open, keyId: null));
    }

    [Fact]
    public async Task Before_chip_authentication_there_is_no_pseudonym()
    {
        using var country = await Country.Create();
        var card = country.MakeCard();
        using var pin = PacePassword.Pin(Country.Pin);
        var pace = Assert.IsType<PaceOutcome.Established>(
            await Pace.Establish(card, pin, Terminal.Ask(EidRights.All)));
        var terminal = await country.MakeTerminal(EidRights.All, sector: Sectors(Log));
        var stage = Assert.IsType<TerminalAuthenticationOutcome.Authenticated>(await TerminalAuthentication.Run(
            pace.Channel, terminal.Chain, terminal.Certificate, terminal.Key)).Stage;
        Assert.Equal("6982", await Select(stage, keyId: 1));
        Assert.Equal(StatusWord.ConditionsNotSatisfied, (await Identify(stage, (0xA0, Log))).Status);
    }

    private static TerminalSector Sectors(SectorKey first) =>
        new(first.Hash(CvSignatureAlgorithm.EcdsaSha256), Own.Hash(CvSignatureAlgorithm.EcdsaSha256));

    private static async Task<Musubi.Chip.ChipAuthentication.ChipAuthenticated> Open(
        Country country, LooseCard card, SectorKey first, EidRights rights)
    {
        var terminal = await country.MakeTerminal(rights, sector: Sectors(first));
        using var pin = PacePassword.Pin(Country.Pin);
        return await terminal.Open(card, pin, country.Trust);
    }

    private static async Task<CardResult<CardPseudonym>> Ask(
        Country country, LooseCard card, SectorKey sector, SectorPlace place,
        PseudonymKey key = PseudonymKey.ForAll, EidRights rights = EidRights.All, SectorKey? first = null)
    {
        using var open = await Open(country, card, first ?? Log, rights);
        return await RestrictedIdentification.Run(open, sector, place, key);
    }

    private static async Task<string> Select(Musubi.Chip.ICardChannel card, byte? keyId)
    {
        var template = new TlvWriter().Write(0x80, SectorKey.IdentificationOid);
        if (keyId is { } id) template.Write(0x84, [id]);
        return (await card.Transmit(new CommandApdu(0, 0x22, 0x41, 0xA4, template.ToArray()))).Status.ToString();
    }

    private static ValueTask<ResponseApdu> Identify(
        Musubi.Chip.ICardChannel card, params (uint Tag, SectorKey Key)[] sectors)
    {
        var data = TlvWriter.Encode(0x7C, w =>
        {
            foreach (var (tag, key) in sectors) w.Write(tag, BerTlv.Read(key.Encoded).Value.Span);
        });
        return card.Transmit(new CommandApdu(0, 0x86, 0, 0, data, CommandApdu.ExtendedNe));
    }
}
