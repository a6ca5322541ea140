using System.Collections.Concurrent;
using Cdp.Core.Journal;
using Cdp.Storage.Sqlite.Raw;
using Cdp.Storage.Sqlite.Writing;

namespace Cdp.Storage.Sqlite.Reading;

/// <summary>
/// A few read-only connections. In WAL mode they neither wait for the writer nor hold it up. A read runs on its caller's thread: it is mostly
/// served from memory, and a hop to another thread would cost more than it.
/// </summary>
internal sealed class ReadPool(JournalFiles files, SqliteJournalOptions options) : IAsyncDisposable
{
    private readonly SemaphoreSlim permits = new(options.ReadConnections);
    private readonly ConcurrentBag<ReadConnection> idle = [];
    private volatile bool isClosed;

    /// <summary>Runs a read inside one read transaction, so that all of it sees one point in time.</summary>
    /// <exception cref="JournalUnavailableException">The files cannot be read, or the journal is closed.</exception>
    public async ValueTask<T> ReadAsync<TState, T>(TState state, Func<ReadConnection, TState, T> read, CancellationToken cancellationToken)
    {
        ObjectIsOpen();
        await permits.WaitAsync(cancellationToken);
        ReadConnection? connection = null;
        try
        {
            ObjectIsOpen();
            if (!idle.TryTake(out connection)) connection = new ReadConnection(files, options);
            connection.Begin();
            var result = read(connection, state);
            connection.End();
            idle.Add(connection);
            connection = null;
            return result;
        }
        catch (SqliteFaultException e)
        {
            throw new JournalUnavailableException(WriterErrors.Describe(e), e);
        }
        finally
        {
            // Whatever went wrong with it, a new one takes its place.
            connection?.Dispose();
            permits.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        isClosed = true;
        for (var i = 0; i < options.ReadConnections; i++) await permits.WaitAsync();
        while (idle.TryTake(out var connection)) connection.Dispose();
        permits.Release(options.ReadConnections);
    }

    private void ObjectIsOpen()
    {
        if (isClosed) throw new JournalUnavailableException("The journal is closed.");
    }
}
