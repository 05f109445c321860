using Musubi.Counter;
using Musubi.Registers;
using Musubi.Vocabulary;
using static Musubi.Tests.Counter.Deciding;

namespace Musubi.Tests.Counter;

public sealed class MoveTests
{
    [Fact]
    public void A_move_gives_a_new_signing_certificate_and_keeps_the_authentication_certificate()
    {
        var facts = Persons.Facts();
        var decided = Decided(Move.Decide(
            new(Persons.Act(), Route.Separate, Persons.Shown(facts), Persons.NewHome), facts, Persons.Today));
        var (before, after) = (facts.Number.Cards[0], decided.Number!.Cards[0]);
        Assert.Equal(Persons.NewHome, decided.Residence!.Address);
        Assert.Equal(Persons.NewHome, decided.Number.Address);
        Assert.Equal(before.AuthenticationCertificateSerial, after.AuthenticationCertificateSerial);
        Assert.NotEqual(before.SignatureCertificateSerial, after.SignatureCertificateSerial, StringComparer.Ordinal);
        Assert.True(decided.Work.Rewrite!.Attributes);
    }

    [Fact]
    public void Moving_to_where_one_lives_changes_nothing()
    {
        var facts = Persons.Facts();
        Assert.Equal(RefusalCode.NothingToChange, Refused(Move.Decide(
            new(Persons.Act(), Route.Separate, Persons.Shown(facts), Persons.Home), facts, Persons.Today)));
    }
}
