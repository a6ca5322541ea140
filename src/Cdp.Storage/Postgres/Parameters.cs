using Npgsql;

namespace Cdp.Storage.Postgres;

/// <summary>Typed positional parameters: the values are neither boxed nor searched for a type.</summary>
internal static class Parameters
{
    /// <summary>Adds a statement to a batch.</summary>
    /// <returns>Its parameters.</returns>
    public static NpgsqlParameterCollection Add(this NpgsqlBatch batch, string sql)
    {
        var command = new NpgsqlBatchCommand(sql);
        batch.BatchCommands.Add(command);
        return command.Parameters;
    }

    /// <summary>Adds one value.</summary>
    public static NpgsqlParameterCollection With<T>(this NpgsqlParameterCollection parameters, T value)
    {
        parameters.Add(new NpgsqlParameter<T> { TypedValue = value });
        return parameters;
    }

    /// <summary>Adds an array: what a column of every item holds.</summary>
    public static NpgsqlParameterCollection With<TItem, T>(this NpgsqlParameterCollection parameters, IReadOnlyList<TItem> items, Func<TItem, T> column)
    {
        var values = new T[items.Count];
        for (var i = 0; i < values.Length; i++) values[i] = column(items[i]);
        return parameters.With(values);
    }
}
