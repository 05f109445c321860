using System.Collections.Immutable;
using Musubi.Vocabulary;

namespace Musubi.Population;

/// <summary>One person's names: on the residence card Latin letters and perhaps kanji; in the number register also the
/// alias and a reading, which never stand on a residence card.</summary>
internal readonly record struct Names(
    PersonName OnResidenceCard, PersonName InNumberRegister, NamePools.Part FamilyPart);

internal sealed class Naming(Shape shape, NationalityShare nationality)
{
    private static readonly NamePools Aliases = NamePools.Of("alias");

    public Names Draw(ref Draw draw, Sex sex, NamePools.Part? householdName)
    {
        var pool = NamePools.Of(nationality.Names);
        var family = householdName ?? pool.DrawFamily(ref draw);
        var given = pool.DrawGiven(ref draw, sex);
        var onCard = ImmutableArray.CreateBuilder<NameForm>();
        onCard.Add(new(NameScript.Roman, family.Roman, given.Roman));
        if (family.Kanji is not "" && given.Kanji is not "" && draw.Chance(nationality.KanjiShare))
            onCard.Add(new(NameScript.Kanji, family.Kanji, given.Kanji));

        var inNumbers = onCard.ToImmutable().ToBuilder();
        if (draw.Chance(shape.Kana))
            inNumbers.Add(new(NameScript.Kana, Katakana.Of(family.Roman), Katakana.Of(given.Roman)));
        if (draw.Chance(nationality.AliasShare))
        {
            var (aliasFamily, aliasGiven) = (Aliases.DrawFamily(ref draw), Aliases.DrawGiven(ref draw, sex));
            inNumbers.Add(new(NameScript.Alias, aliasFamily.Roman, aliasGiven.Roman));
        }
        return new(new(onCard.ToImmutable()), new(inNumbers.ToImmutable()), family);
    }
}
