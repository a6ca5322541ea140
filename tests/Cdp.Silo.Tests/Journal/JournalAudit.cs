using System.Globalization;
using Cdp.Core.Identity;
using Cdp.Core.Journal;
using Cdp.Core.Profiles;
using Npgsql;

namespace Cdp.Silo.Tests.Journal;

/// <summary>What the journal's tables hold, read by SQL and compared with what the clients know.</summary>
internal sealed class JournalAudit
{
    private const int MaxListed = 20;

    private readonly List<string> _violations = [];

    public IReadOnlyList<string> Violations => _violations;

    /// <summary>Acknowledged events that are in no stream.</summary>
    public int Lost { get; private set; }

    /// <summary>Events that are there more than once.</summary>
    public int Doubled { get; private set; }

    /// <summary>Events that were never acknowledged.</summary>
    public int Unknown { get; private set; }

    /// <summary>Those of them that are there.</summary>
    public int UnknownFound { get; private set; }

    public string Report() => string.Join(Environment.NewLine, _violations.Take(MaxListed).Prepend($"{_violations.Count} violations in the tables"));

    /// <summary>Reads all of it and compares.</summary>
    /// <param name="connectionString">The database.</param>
    /// <param name="events">Everything that was ever sent.</param>
    public static async Task<JournalAudit> OfAsync(string connectionString, ICollection<SentEvent> events)
    {
        var audit = new JournalAudit();
        await using var connection = new NpgsqlConnection(connectionString + ";Pooling=false");
        await connection.OpenAsync();
        await audit.EventsAsync(connection, events);
        await audit.OwnersAsync(connection, events);
        await audit.StreamsAsync(connection);
        return audit;
    }

    /// <summary>Every acknowledged event is in one stream, once, and that stream leads to one survivor that is live.</summary>
    private async Task EventsAsync(NpgsqlConnection connection, ICollection<SentEvent> events)
    {
        var sent = events.ToDictionary(e => e.MessageId, StringComparer.Ordinal);
        var times = new Dictionary<string, int>(StringComparer.Ordinal);
        await foreach (var id in RowsAsync(
            connection, $"SELECT convert_from(body, 'UTF8')::json->>'id' FROM journal WHERE kind = {(int)RecordKind.Event}", r => r.GetString(0)))
        {
            times[id] = times.GetValueOrDefault(id) + 1;
            if (!sent.ContainsKey(id)) _violations.Add($"{id} is in the journal and was never sent");
        }

        foreach (var (id, count) in times.Where(t => t.Value > 1))
        {
            Doubled++;
            _violations.Add($"{id} is in the journal {count} times");
        }

        foreach (var e in events)
        {
            if (!e.IsAcked)
            {
                Unknown++;
                if (times.ContainsKey(e.MessageId)) UnknownFound++;
            }
            else if (!times.ContainsKey(e.MessageId))
            {
                Lost++;
                _violations.Add($"{e.MessageId} was acknowledged and is not in the journal: {e.Json}");
            }
        }
    }

    /// <summary>Every identifier has an owner that is live, and those of one person the same one. That it has one only, its primary key says.</summary>
    private async Task OwnersAsync(NpgsqlConnection connection, ICollection<SentEvent> events)
    {
        var ends = new Dictionary<Guid, RecordKind>();
        await foreach (var (stream, kind) in RowsAsync(
            connection, "SELECT stream, last_kind FROM streams", r => (r.GetGuid(0), (RecordKind)r.GetInt16(1)))) ends[stream] = kind;
        var owners = new Dictionary<string, Guid>(StringComparer.Ordinal);
        await foreach (var (reference, owner) in RowsAsync(
            connection, "SELECT type || ':' || convert_from(value, 'UTF8'), customer FROM identifiers", r => (r.GetString(0), r.GetGuid(1))))
        {
            owners[reference] = owner;
            if (!ends.TryGetValue(owner, out var end)) _violations.Add($"{reference} is owned by {owner}, which has no stream");
            else if (end is RecordKind.MergedInto or RecordKind.Erased) _violations.Add($"{reference} is owned by {owner}, which has ended with {end}");
        }

        foreach (var e in events.Where(e => e.IsAcked))
        {
            if (e.Own.Select(r => owners.GetValueOrDefault(r)).Distinct().ToArray() is { Length: > 0 } all && (all.Length > 1 || all[0] == Guid.Empty))
                _violations.Add($"the identifiers of {e.MessageId} are owned by {string.Join(" and ", all)}");
        }

        foreach (var users in owners.Where(o => o.Key.StartsWith("user_id:", StringComparison.Ordinal)).GroupBy(o => o.Value).Where(g => g.Count() > 1))
            _violations.Add($"{users.Key} is {string.Join(" and ", users.Select(u => u.Key))}");
    }

    /// <summary>Versions have no gaps, ends are where streams say they are, and every merge leads to one survivor.</summary>
    private async Task StreamsAsync(NpgsqlConnection connection)
    {
        await foreach (var bad in RowsAsync(
            connection,
            """
            SELECT s.stream, s.version, count(j.version), min(j.version), max(j.version) FROM streams s LEFT JOIN journal j USING (workspace, stream)
            GROUP BY s.workspace, s.stream, s.version HAVING count(j.version) <> s.version OR min(j.version) <> 1 OR max(j.version) <> s.version
            """,
            r => string.Create(CultureInfo.InvariantCulture, $"{r.GetGuid(0)} is at {r.GetInt64(1)} and has {r.GetInt64(2)} records"))) _violations.Add(bad);

        await foreach (var stream in RowsAsync(
            connection,
            $"""
            SELECT j.stream FROM journal j JOIN streams s USING (workspace, stream)
            WHERE j.kind IN ({(int)RecordKind.MergedInto}, {(int)RecordKind.Erased}) AND j.version < s.version
            """,
            r => r.GetGuid(0))) _violations.Add($"{stream} goes on after its end");

        var into = new Dictionary<CustomerId, CustomerId>();
        await foreach (var (loser, survivor) in RowsAsync(
            connection,
            $"SELECT stream, body FROM journal WHERE kind = {(int)RecordKind.MergedInto}",
            r => (new CustomerId(r.GetGuid(0)), RecordCodec.ReadMergedInto(r.GetFieldValue<byte[]>(1)).Survivor))) into[loser] = survivor;
        foreach (var loser in into.Keys)
        {
            var (at, steps) = (loser, 0);
            while (into.TryGetValue(at, out var next) && steps++ <= into.Count) at = next;
            if (steps > into.Count) _violations.Add($"{loser} leads round in a circle");
        }
    }

    private static async IAsyncEnumerable<T> RowsAsync<T>(NpgsqlConnection connection, string sql, Func<NpgsqlDataReader, T> read)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync()) yield return read(reader);
    }
}
