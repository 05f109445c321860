using System.Data.Common;
using Dapper;

namespace Musubi.Registers;

/// <summary>One open transaction of the writer: what a queued write may do with it.</summary>
internal sealed class WriteSession(DbConnection connection, DbTransaction transaction)
{
    public DbConnection Connection { get; } = connection;

    public DbTransaction Transaction { get; } = transaction;

    public int Execute(string sql, object? values = null) => Connection.Execute(sql, values, Transaction);

    public IReadOnlyList<T> Query<T>(string sql, object? values = null) =>
        (IReadOnlyList<T>)Connection.Query<T>(sql, values, Transaction, buffered: true);

    public T? First<T>(string sql, object? values = null) =>
        Connection.QueryFirstOrDefault<T>(sql, values, Transaction);
}
