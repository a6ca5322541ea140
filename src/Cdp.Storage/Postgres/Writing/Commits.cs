using Cdp.Core.Journal;
using Npgsql;

namespace Cdp.Storage.Postgres.Writing;

/// <summary>The moment at which the outcome can become unknown.</summary>
internal static class Commits
{
    /// <summary>Sends COMMIT and waits for the answer.</summary>
    /// <exception cref="PostgresException">The server answered that nothing is durable.</exception>
    /// <exception cref="UnknownCommitOutcomeException">No answer came, or one that does not vouch for all standbys that have to have it.</exception>
    public static async Task CommitAsync(NpgsqlConnection connection, NpgsqlTransaction transaction)
    {
        // "canceling the wait for synchronous replication": committed here, and lost if this server is.
        var warned = false;
        void Warn(object sender, NpgsqlNoticeEventArgs notice) => warned |= notice.Notice.InvariantSeverity == "WARNING";

        connection.Notice += Warn;
        try
        {
            await transaction.CommitAsync();
        }
        catch (PostgresException e) when (e.InvariantSeverity == "ERROR")
        {
            // An orderly refusal: the server rolled back and says so.
            throw;
        }
        catch (Exception e)
        {
            throw new UnknownCommitOutcomeException("The connection to PostgreSQL ended before it answered the commit.", e);
        }
        finally
        {
            connection.Notice -= Warn;
        }
        if (warned) throw new UnknownCommitOutcomeException("PostgreSQL committed, but did not wait for its synchronous standbys.");
    }
}
