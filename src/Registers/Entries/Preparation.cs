using Musubi.Vocabulary;

namespace Musubi.Registers;

/// <summary>Step 2 inside one register: take all changes of an act, or name the reason why not.</summary>
internal static class Preparation
{
    public static PrepareAnswer Run(Session session, PreparedRow[] changes)
    {
        var act = new { act = changes[0].Act };
        // 1. An act that was cancelled stays so: this is a prepare that arrives late.
        if (session.First<long>("select count(*) from cancelled where act = @act", act) > 0)
            return PrepareAnswer.Refused(RefusalCode.FormAlreadyUsed);
        // 2. Asked before: the same answer.
        if (session.First<long>(
            """
            select count(*) from (
                select act from prepared where act = @act union all select act from entry where act = @act) known
            """, act) > 0)
            return PrepareAnswer.Accepted;
        // 3. Every change is looked at before any is written.
        foreach (var change in changes)
            if (Refusal(session, change) is { } refused) return refused;
        // 4. Write them.
        foreach (var change in changes)
        {
            session.Execute(
                """
                insert into prepared (person, expected_version, act, kind, staff, office, legal_basis, valid_from,
                    prepared_at, body)
                values (@Person, @ExpectedVersion, @Act, @Kind, @Staff, @Office, @LegalBasis, @ValidFrom,
                    @PreparedAt, @Body)
                """, change);
            foreach (var term in NewIdentifiers(session, change))
                session.Execute("insert into reserved (term, act) values (@term, @act)",
                    new { term, act = change.Act });
        }
        return PrepareAnswer.Accepted;
    }

    private static PrepareAnswer? Refusal(Session session, PreparedRow change)
    {
        // Another act of this person is between prepare and confirm: the second clerk learns which.
        if (session.First<PreparedRow>("select * from prepared where person = @Person", change) is { } first)
            return PrepareAnswer.Refused(RefusalCode.PersonBusy, Other(first));
        var now = session.First<EntryRow>(
            "select * from entry where person = @Person order by version desc limit 1", change);
        // The person changed since the clerk looked: what was decided was decided on an old version.
        if ((now?.Version ?? 0) != change.ExpectedVersion)
            return now is null
                ? PrepareAnswer.Refused(RefusalCode.PersonUnknown)
                : PrepareAnswer.Refused(RefusalCode.VersionChanged, Other(now));
        // What belongs to one person alone belongs, or is about to belong, to another.
        foreach (var term in NewIdentifiers(session, change))
        {
            if (session.First<string>("select act from reserved where term = @term", new { term }) is { } act)
                return PrepareAnswer.Refused(RefusalCode.PersonBusy,
                    Other(session.First<PreparedRow>("select * from prepared where act = @act", new { act })!));
            if (session.First<string>("select person from identifier where term = @term", new { term }) is not null)
                return PrepareAnswer.Refused(RefusalCode.NumberTiedToAnother);
        }
        return null;
    }

    /// <summary>Those that the person does not hold yet. Most acts bring none or one.</summary>
    private static IEnumerable<string> NewIdentifiers(Session session, PreparedRow change)
    {
        var held = session.Query<string>("select term from identifier where person = @Person", change);
        return change.Identifiers.Except(held, StringComparer.Ordinal);
    }

    private static OtherAct Other(PreparedRow row) => new(ActId.Parse(row.Act), ActKind.Parse(row.Kind),
        OfficeId.Parse(row.Office), StaffId.Parse(row.Staff), DateTimeOffset.FromUnixTimeMilliseconds(row.PreparedAt));

    private static OtherAct Other(EntryRow row) => new(ActId.Parse(row.Act), ActKind.Parse(row.Kind),
        OfficeId.Parse(row.Office), StaffId.Parse(row.Staff), DateTimeOffset.FromUnixTimeMilliseconds(row.RecordedAt));
}
