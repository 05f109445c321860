namespace Musubi.Registers;

/// <summary>The four stores of the commit, and the access list's own. Each is one SQLite file or one PostgreSQL
/// schema with its own role.</summary>
public enum StoreName
{
    /// <summary>Trusted by the immigration authority; its operator can lie about its own records and no
    /// others.</summary>
    Residence,

    /// <summary>Trusted by the number authority; its operator can lie about its own records and no others.</summary>
    Number,

    /// <summary>Trusted with who is who, with no attributes.</summary>
    Links,

    /// <summary>Trusted with the order of acts: whoever changes it can make an act happen or not, but cannot change
    /// what a register already confirmed.</summary>
    Commit,

    /// <summary>Trusted with what is published and who approved it: whoever changes it changes who may read, and the
    /// public log tells.</summary>
    Access,
}

internal static class StoreNames
{
    public static string Folded(this StoreName store) => store switch
    {
        StoreName.Residence => "residence",
        StoreName.Number => "number",
        StoreName.Links => "links",
        StoreName.Commit => "commit",
        StoreName.Access => "access",
    };

    /// <summary>SQLite's application_id: "MUS" and one letter, so that a file in the wrong place is noticed.</summary>
    public static int ApplicationId(this StoreName store) => 0x4D_55_53_00 | store switch
    {
        StoreName.Residence => 'R',
        StoreName.Number => 'N',
        StoreName.Links => 'L',
        StoreName.Commit => 'C',
        StoreName.Access => 'A',
    };

    public static string Schema(this StoreName store) => store switch
    {
        StoreName.Residence or StoreName.Number or StoreName.Links => "register",
        StoreName.Commit => "journal",
        StoreName.Access => "access",
    };
}
