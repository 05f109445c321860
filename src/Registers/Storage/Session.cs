using System.Data;
using System.Data.Common;
using System.Reflection;
using Dapper;

namespace Musubi.Registers;

/// <summary>One connection with the statements it has run before. An act runs some seventy statements, and preparing
/// each anew costs five times as much as running it; so commands are kept, and Dapper only reads their rows.</summary>
internal sealed class Session(DbConnection connection) : IDisposable
{
    /// <summary>By text and by the type of the values: a command keeps its parameter objects for ever, because Npgsql,
    /// once it has prepared a command by itself, was seen to run it with the old ones after a change.</summary>
    private readonly Dictionary<(string Sql, Type? Values), Statement> statements = [];

    public DbConnection Connection { get; } = connection;

    /// <summary>The transaction in which statements run; null outside of one.</summary>
    public DbTransaction? Transaction { get; set; }

    /// <param name="sql">A constant: what varies is a parameter.</param>
    /// <param name="values">Its properties are the parameters, by name.</param>
    public int Execute(string sql, object? values = null) =>
        Of(sql, values).Bound(values, Transaction).ExecuteNonQuery();

    public IReadOnlyList<T> Query<T>(string sql, object? values = null)
    {
        var statement = Of(sql, values);
        using var reader = statement.Bound(values, Transaction).ExecuteReader();
        var rows = new List<T>();
        while (reader.Read()) rows.Add(statement.Row<T>(reader));
        return rows;
    }

    /// <summary>As <see cref="Query{T}"/>, without holding a thread where the driver can wait by itself.</summary>
    public async Task<IReadOnlyList<T>> QueryAsync<T>(string sql, object? values = null)
    {
        var statement = Of(sql, values);
        await using var reader = await statement.Bound(values, Transaction).ExecuteReaderAsync();
        var rows = new List<T>();
        while (await reader.ReadAsync()) rows.Add(statement.Row<T>(reader));
        return rows;
    }

    public T? First<T>(string sql, object? values = null)
    {
        var statement = Of(sql, values);
        using var reader = statement.Bound(values, Transaction).ExecuteReader(CommandBehavior.SingleRow);
        return reader.Read() ? statement.Row<T>(reader) : default;
    }

    public void Dispose()
    {
        foreach (var statement in statements.Values) statement.Dispose();
        Connection.Dispose();
    }

    private Statement Of(string sql, object? values)
    {
        var key = (sql, values?.GetType());
        if (statements.TryGetValue(key, out var known)) return known;
        return statements[key] = new Statement(Connection, sql, key.Item2);
    }

    private sealed class Statement : IDisposable
    {
        private readonly DbCommand command;
        private readonly (PropertyInfo Property, DbParameter Parameter)[] bound;
        private Delegate? parser;

        public Statement(DbConnection connection, string sql, Type? values)
        {
            command = connection.CreateCommand();
#pragma warning disable CA2100 // every text comes from a constant of this assembly
            command.CommandText = sql;
#pragma warning restore CA2100
            bound = [.. (values?.GetProperties() ?? [])
                .Where(property => sql.Contains("@" + property.Name, StringComparison.Ordinal))
                .Select(property => (property, Parameter("@" + property.Name)))];
        }

        public DbCommand Bound(object? values, DbTransaction? transaction)
        {
            command.Transaction = transaction;
            foreach (var (property, parameter) in bound) parameter.Value = property.GetValue(values) ?? DBNull.Value;
            return command;
        }

        /// <summary>A single value is the first column. A row's columns are the same every time, so its parser is made
        /// once.</summary>
        public T Row<T>(DbDataReader reader)
        {
            if (typeof(T) == typeof(string) || typeof(T).IsValueType) return reader.GetFieldValue<T>(0);
            if (parser is not Func<DbDataReader, T> read) parser = read = reader.GetRowParser<T>();
            return read(reader);
        }

        public void Dispose() => command.Dispose();

        private DbParameter Parameter(string name)
        {
            var parameter = command.CreateParameter();
            parameter.ParameterName = name;
            command.Parameters.Add(parameter);
            return parameter;
        }
    }
}
