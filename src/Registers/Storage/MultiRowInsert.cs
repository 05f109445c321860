using System.Data.Common;
using System.Globalization;
using System.Text;

namespace Musubi.Registers;

/// <summary>Many rows into one table, several of them a statement: a load pays for binding the values, and not for
/// starting a statement at every row.</summary>
/// <remarks>A driver looks each parameter up by its name among all of its statement, so the cost of a statement grows
/// with the square of their number: what is the same in every row is bound once, and a statement stays far below the
/// 32,766 parameters that SQLite takes and the 65,535 of PostgreSQL.</remarks>
internal sealed class MultiRowInsert : IDisposable
{
    /// <summary>Parameters that differ from row to row, of one statement.</summary>
    private const int ParameterLimit = 96;

    private readonly Session session;
    private readonly string into;
    private readonly string[] columns;
    private readonly (string Name, object Value)[] shared;
    private readonly object[] waiting;
    private readonly Statement whole;
    private int filled;

    /// <param name="session">Inside the transaction of the load.</param>
    /// <param name="table">A constant.</param>
    /// <param name="columns">What differs from row to row, in the order in which <see cref="Add"/> is given it.</param>
    /// <param name="shared">Columns with the one value that they have in every row.</param>
    public MultiRowInsert(
        Session session, string table, string[] columns, params (string Name, object Value)[] shared)
    {
        (this.session, this.columns, this.shared) = (session, columns, shared);
        into = $"insert into {table} ({string.Join(", ", columns.Concat(shared.Select(one => one.Name)))}) values ";
        waiting = new object[ParameterLimit / columns.Length * columns.Length];
        whole = Of(waiting.Length / columns.Length);
    }

    /// <summary>Takes a row; it is written with those that follow it.</summary>
    public void Add(params ReadOnlySpan<object> row)
    {
        row.CopyTo(waiting.AsSpan(filled, columns.Length));
        filled += columns.Length;
        if (filled < waiting.Length) return;
        whole.Run(waiting, session.Transaction);
        filled = 0;
    }

    /// <summary>Writes the rows that are left.</summary>
    public void Flush()
    {
        if (filled == 0) return;
        using var rest = Of(filled / columns.Length);
        rest.Run(waiting, session.Transaction);
        filled = 0;
    }

    public void Dispose() => whole.Dispose();

    private Statement Of(int rows)
    {
        var command = session.Connection.CreateCommand();
        var text = new StringBuilder(into);
        var bound = new List<DbParameter>();
        for (var row = 0; row < rows; row++)
        {
            text.Append(row == 0 ? "(" : ", (");
            for (var column = 0; column < columns.Length; column++)
            {
                var name = string.Create(CultureInfo.InvariantCulture, $"@{columns[column]}{row}");
                text.Append(column == 0 ? "" : ", ").Append(name);
                bound.Add(Parameter(command, name));
            }
            foreach (var (name, _) in shared) text.Append(", @").Append(name);
            text.Append(')');
        }
        foreach (var (name, value) in shared) Parameter(command, "@" + name).Value = value;
#pragma warning disable CA2100 // every text comes from constants of this assembly
        command.CommandText = text.ToString();
#pragma warning restore CA2100
        return new(command, [.. bound]);
    }

    private static DbParameter Parameter(DbCommand command, string name)
    {
        var parameter = command.CreateParameter();
        parameter.ParameterName = name;
        command.Parameters.Add(parameter);
        return parameter;
    }

    private sealed class Statement(DbCommand command, DbParameter[] bound) : IDisposable
    {
        public void Run(object[] values, DbTransaction? transaction)
        {
            command.Transaction = transaction;
            for (var i = 0; i < bound.Length; i++) bound[i].Value = values[i];
            command.ExecuteNonQuery();
        }

        public void Dispose() => command.Dispose();
    }
}
