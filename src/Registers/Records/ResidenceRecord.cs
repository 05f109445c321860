using System.Collections.Immutable;
using Musubi.Vocabulary;

namespace Musubi.Registers;

/// <summary>What the residence register holds of one person. A new version replaces the whole record.</summary>
/// <param name="PermissionType">Kind of the last permission, as the chip names it.</param>
/// <param name="Permit">Permission for activity outside the status, or null.</param>
/// <param name="Pending">A renewal or change filed and not yet decided; it gives the special period.</param>
/// <param name="Cards">Every card ever ordered for this person, oldest first.</param>
public sealed record ResidenceRecord(
    PersonId Id,
    PersonName Name,
    PartialDate BirthDate,
    Sex Sex,
    Nationality Nationality,
    Address Address,
    StatusCode Status,
    PeriodOfStay Period,
    DateOnly? StayUntil,
    string PermissionType,
    DateOnly PermissionDate,
    string? Permit,
    PendingApplication? Pending,
    ImmutableArray<ResidenceCardRecord> Cards) : IRegisterRecord
{
    public PersonId Key => Id;

    public IEnumerable<Term> Identifiers()
    {
        foreach (var card in Cards)
        {
            yield return Term.Of(card.Number);
            if (card.Serial is { } serial) yield return Term.Of(serial);
        }
    }

    public IEnumerable<Term> Names() => Term.OfNames(Name, BirthDate);

    /// <summary>Only the key: what is printed ends up in a log.</summary>
    public override string ToString() => $"residence record {Id}";
}

/// <param name="Number">Printed on the card; no two cards share one.</param>
/// <param name="Serial">The plastic's serial where it carries the number side too (merged).</param>
public sealed record ResidenceCardRecord(
    ResidenceCardNumber Number,
    CardKind Kind,
    DateOnly IssuedOn,
    DateOnly ExpiresOn,
    CardState State,
    CardSerial? Serial);

/// <param name="Kind">The act that was applied for.</param>
public sealed record PendingApplication(ActKind Kind, DateOnly FiledOn);
