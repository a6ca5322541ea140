using Cdp.Core.Journal;
using Npgsql;

namespace Cdp.Storage.Postgres;

/// <summary>From the server's codes and the driver's exceptions to what callers see. Only for work of which certainly nothing is durable.</summary>
internal static class PostgresErrors
{
    /// <summary>True when the same work may succeed in a moment: the connection went, the server restarts, or it chose this transaction as a victim.</summary>
    public static bool IsTransient(Exception error) => error switch
    {
        PostgresException e => e.SqlState switch
        {
            PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.LockNotAvailable => true,
            // A standby, or a primary that became one: the next connection finds the new primary.
            PostgresErrorCodes.ReadOnlySqlTransaction => true,
            // idle_in_transaction_session_timeout: this process was stopped for a while.
            "25P03" => true,
            // Connection exceptions, insufficient resources, operator intervention, system errors.
            _ => e.SqlState[..2] is "08" or "53" or "57" or "58",
        },
        NpgsqlException or IOException or TimeoutException or System.Net.Sockets.SocketException => true,
        _ => false,
    };

    /// <summary>True when the values of one unit are to blame: too long, or not to be stored.</summary>
    public static bool IsUnitFault(Exception error) => error switch
    {
        PostgresException e => e.SqlState[..2] is "22" or "23" or "54",
        NpgsqlException or IOException or TimeoutException or System.Net.Sockets.SocketException => false,
        JournalUnavailableException or UnknownCommitOutcomeException or OperationCanceledException or ObjectDisposedException => false,
        _ => true,
    };

    /// <summary>What a caller sees.</summary>
    public static Exception Translate(Exception error) => error switch
    {
        // Values could stand in what the server says of them.
        PostgresException e when IsUnitFault(e) => new JournalUnavailableException($"PostgreSQL refused a value ({e.SqlState})."),
        PostgresException e => new JournalUnavailableException($"{Describe(e.SqlState)} PostgreSQL says {e.SqlState}.", e),
        NpgsqlException or IOException or TimeoutException or System.Net.Sockets.SocketException =>
            new JournalUnavailableException("PostgreSQL cannot be reached or did not answer in time.", error),
        JournalUnavailableException or UnknownCommitOutcomeException or ArgumentException or OperationCanceledException => error,
        ObjectDisposedException => Closed(),
        // Not passed on as the inner exception: what it says is not ours to vouch for.
        _ => new JournalUnavailableException($"The journal failed with {error.GetType().Name}."),
    };

    public static JournalUnavailableException Closed() => new("The journal is closed.");

    private static string Describe(string state) => state switch
    {
        PostgresErrorCodes.DiskFull => "The server's disk is full.",
        PostgresErrorCodes.TooManyConnections => "The server has no connection left.",
        PostgresErrorCodes.ReadOnlySqlTransaction => "The server is a standby or read-only.",
        PostgresErrorCodes.LockNotAvailable => "Rows stayed locked by another process for too long.",
        PostgresErrorCodes.InsufficientPrivilege => "The role lacks a privilege on the journal's tables.",
        PostgresErrorCodes.UndefinedTable => "The journal's tables are missing.",
        _ when state[..2] is "28" => "The server refused the role or its password.",
        _ when state[..2] is "57" => "The server is stopping, starting, or an operator ended the statement.",
        _ => "The journal's work failed on the server.",
    };
}
