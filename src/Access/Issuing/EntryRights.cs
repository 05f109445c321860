using System.Collections.Immutable;
using Musubi.Chip.CvCertificates;
using Musubi.Vocabulary;

namespace Musubi.Access;

/// <summary>From fields of the published list to rights on the chip, through the jurisdiction's card.json.</summary>
/// <remarks>A data group is opened only when every field in it is named: a right that would show one field more is not
/// given, and the field that lives in such a group stays unread.</remarks>
public static class EntryRights
{
    /// <summary>Everything a terminal certificate of this entry may hold.</summary>
    public static EidRights Of(CardLayout card, AccessEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        var rights = Reading(card, entry.Fields) | Writing(card, entry.Writes);
        return entry.CanAllowed ? rights | EidRights.CanAllowed : rights;
    }

    public static EidRights Reading(CardLayout card, IReadOnlyCollection<FieldId> fields) =>
        Groups(card, fields).Aggregate(EidRights.None, (rights, group) => rights | EidRightsByGroup.Read(group));

    public static EidRights Writing(CardLayout card, IReadOnlyCollection<FieldId> fields) =>
        Groups(card, fields).Aggregate(EidRights.None, (rights, group) => rights | EidRightsByGroup.Write(group));

    /// <summary>The data groups whose every field is among these, in order.</summary>
    public static ImmutableArray<int> Groups(CardLayout card, IReadOnlyCollection<FieldId> fields)
    {
        ArgumentNullException.ThrowIfNull(card);
        ArgumentNullException.ThrowIfNull(fields);
        return [.. card.Fields.SelectMany(field => field.Merged.Groups).Distinct().Order()
            .Where(group => card.InGroup(group).All(field => fields.Contains(field.Id)))];
    }

    /// <summary>Fields of an entry that no right can open, because their group holds another field that the entry does
    /// not name. The list is wrong where there are any.</summary>
    public static ImmutableArray<FieldId> Unreadable(CardLayout card, AccessEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        var open = Groups(card, entry.Fields);
        return [.. entry.Fields.Where(field =>
            card[field].Merged is { Groups.IsEmpty: false, TravelDocumentGroup: null } place
            && !place.Groups.All(open.Contains))];
    }
}
