using Cdp.Core.Identity;
using Cdp.Core.Journal;
using Cdp.Core.Profiles;
using Cdp.Storage.Postgres;
using Cdp.Testing.Postgres;
using Npgsql;

namespace Cdp.Silo.Tests.Journal;

/// <summary>The audit of the tables notices what it is for.</summary>
public sealed class JournalAuditTests : IAsyncLifetime
{
    private readonly People _people = new();
    private PostgresServer _server = null!;
    private string _database = null!;

    public async Task InitializeAsync()
    {
        if (PostgresBinaries.Missing is not null) return;
        _server = await PostgresServer.SharedAsync();
        _database = await _server.CreateDatabaseAsync();
        await using var journal = await PostgresJournal.OpenAsync(new PostgresJournalOptions { ConnectionString = _database }, TimeProvider.System);
    }

    public Task DisposeAsync() => _server is null ? Task.CompletedTask : _server.DropDatabaseAsync(_database);

    [PostgresFact]
    public async Task What_is_there_once_and_owned_once_is_right()
    {
        var e = Acknowledged("a");
        var stream = await StreamAsync(e);
        await OwnAsync("a", stream);
        var audit = await JournalAudit.OfAsync(_database, [e, _people.NextPage("b")]);
        Assert.Empty(audit.Violations);
        Assert.Equal((0, 0, 1, 0), (audit.Lost, audit.Doubled, audit.Unknown, audit.UnknownFound));
    }

    [PostgresFact]
    public async Task Events_that_are_lost_doubled_or_invented_are_noticed()
    {
        var (lost, doubled) = (Acknowledged("a"), Acknowledged("a"));
        var stream = await StreamAsync(doubled, _people.NextPage("a"));
        await StreamAsync(doubled);
        await OwnAsync("a", stream);
        var audit = await JournalAudit.OfAsync(_database, [lost, doubled]);
        Assert.Equal(3, audit.Violations.Count);
        Assert.Equal((1, 1), (audit.Lost, audit.Doubled));
    }

    [PostgresFact]
    public async Task Owners_that_are_missing_ended_or_two_are_noticed()
    {
        var e = _people.NextPage("a", claimed: "b");
        e.Acknowledge("applied", null);
        var (ended, other) = (await StreamAsync(e), await StreamAsync());
        await AppendAsync(ended, 2, RecordKind.MergedInto, RecordCodec.Write(new MergedIntoRecord(new CustomerId(other), "code", null)));
        await OwnAsync("a", ended);
        await OwnAsync("b", other);
        await OwnAsync("c", Guid.NewGuid());
        var audit = await JournalAudit.OfAsync(_database, [e]);
        Assert.Equal(3, audit.Violations.Count);
        Assert.Contains(audit.Violations, v => v.Contains("has ended with MergedInto", StringComparison.Ordinal));
        Assert.Contains(audit.Violations, v => v.Contains("has no stream", StringComparison.Ordinal));
        Assert.Contains(audit.Violations, v => v.StartsWith($"the identifiers of {e.MessageId} are owned by", StringComparison.Ordinal));
    }

    [PostgresFact]
    public async Task Streams_with_gaps_after_their_end_or_in_a_circle_are_noticed()
    {
        var (gap, one, other) = (await StreamAsync(), await StreamAsync(), await StreamAsync());
        await AppendAsync(gap, 3, RecordKind.Decided, null);
        foreach (var (from, to) in new[] { (one, other), (other, one) })
            await AppendAsync(from, 2, RecordKind.MergedInto, RecordCodec.Write(new MergedIntoRecord(new CustomerId(to), "code", null)));
        await AppendAsync(one, 3, RecordKind.Decided, null);
        var audit = await JournalAudit.OfAsync(_database, []);
        Assert.Equal(4, audit.Violations.Count);
        Assert.Single(audit.Violations, v => v.StartsWith($"{gap} is at 3 and has 2 records", StringComparison.Ordinal));
        Assert.Single(audit.Violations, v => v == $"{one} goes on after its end");
        Assert.Equal(2, audit.Violations.Count(v => v.EndsWith("round in a circle", StringComparison.Ordinal)));
    }

    private SentEvent Acknowledged(string anonymousId)
    {
        var e = _people.NextPage(anonymousId);
        e.Acknowledge("applied", null);
        return e;
    }

    /// <summary>A stream of a decision and some events.</summary>
    private async Task<Guid> StreamAsync(params SentEvent[] events)
    {
        var stream = Guid.NewGuid();
        await AppendAsync(stream, 1, events is [] ? RecordKind.Decided : RecordKind.Event, Body(events.FirstOrDefault()));
        for (var i = 1; i < events.Length; i++) await AppendAsync(stream, i + 1, RecordKind.Event, Body(events[i]));
        return stream;
    }

    private static byte[]? Body(SentEvent? e) => e is null ? null : System.Text.Encoding.UTF8.GetBytes($$"""{"v":1,"id":"{{e.MessageId}}"}""");

    private Task AppendAsync(Guid stream, long version, RecordKind kind, byte[]? body) => ExecuteAsync(
        """
        WITH ended AS (INSERT INTO streams VALUES ('default', $1, $2, $3) ON CONFLICT (workspace, stream) DO UPDATE SET version = $2, last_kind = $3)
        INSERT INTO journal VALUES ('default', $1, $2, 0, $3, $4)
        """,
        stream,
        version,
        (short)kind,
        (object?)body ?? DBNull.Value);

    private Task OwnAsync(string anonymousId, Guid owner) => ExecuteAsync(
        "INSERT INTO identifiers VALUES ('default', 'anonymous_id', convert_to($1, 'UTF8'), $2, $2, 1, 0, 0, '')", anonymousId, owner);

    private async Task ExecuteAsync(string sql, params object[] values)
    {
        await using var connection = new NpgsqlConnection(_database + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        foreach (var value in values) command.Parameters.Add(new NpgsqlParameter { Value = value });
        await command.ExecuteNonQueryAsync();
    }
}
