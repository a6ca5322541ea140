using Npgsql;

namespace Cdp.Storage.Postgres.Writing;

/// <summary>
/// The statements that write the index, the feed and the outbox. They come behind the locks of streams and identifiers, and every process takes rows in the
/// same order: due, memberships, sizes, outbox, each by key.
/// </summary>
internal static class GridWrites
{
    /// <summary>Memberships of customers: workspaces, customers.</summary>
    public const string Memberships = """
        SELECT k.ord, m.audience, m.since FROM unnest($1, $2) WITH ORDINALITY AS k(workspace, customer, ord)
        JOIN memberships m ON m.workspace=k.workspace AND m.customer=k.customer
        """;

    /// <summary>
    /// The epoch of what this transaction tells: its own number, or the last one that had ended when the statement began, whichever is higher. Whoever
    /// writes a customer later has waited for this transaction, and so gets no lower one; and it is never lower than the transaction's own number, before
    /// which no reader goes (docs/adr/0012-feed-cursor.md).
    /// </summary>
    public const string Epoch = "greatest(pg_current_xact_id()::text::bigint, pg_snapshot_xmax(pg_current_snapshot())::text::bigint - 1)";

    // Existing rows first, in order: what follows then waits for nobody but a maker of the same new row.
    private const string LockDue = """
        SELECT 1 FROM unnest($1, $2) WITH ORDINALITY AS k(workspace, customer, ord)
        JOIN due d ON d.workspace=k.workspace AND d.customer=k.customer ORDER BY k.ord FOR UPDATE OF d
        """;

    // A lease of -1 marks a wake, which only lowers. As a new row's lease it means none, like 0.
    private const string SetDue = """
        INSERT INTO due AS d (workspace, customer, at, leased_until)
        SELECT workspace, customer, at, lease FROM unnest($1, $2, $3, $4) WITH ORDINALITY AS n(workspace, customer, at, lease, ord) ORDER BY ord
        ON CONFLICT (workspace, customer) DO UPDATE SET at=excluded.at, leased_until=0 WHERE excluded.leased_until=0 OR excluded.at<d.at
        """;
    private const string ClearDue = """
        DELETE FROM due d USING unnest($1, $2) AS n(workspace, customer) WHERE d.workspace=n.workspace AND d.customer=n.customer
        """;
    private const string Leave = """
        DELETE FROM memberships m USING unnest($1, $2, $3) AS n(workspace, customer, audience)
        WHERE m.workspace=n.workspace AND m.audience=n.audience AND m.customer=n.customer
        """;
    private const string Enter = """
        INSERT INTO memberships(workspace, customer, audience, since) SELECT * FROM unnest($1, $2, $3, $4)
        ON CONFLICT (workspace, audience, customer) DO UPDATE SET since=excluded.since
        """;
    private const string Count = """
        INSERT INTO audience_sizes AS s (workspace, audience, hour, shard, delta)
        SELECT workspace, audience, hour, $5, delta FROM unnest($1, $2, $3, $4) WITH ORDINALITY AS n(workspace, audience, hour, delta, ord) ORDER BY ord
        ON CONFLICT (workspace, audience, hour, shard) DO UPDATE SET delta=s.delta+excluded.delta
        """;
    private const string Put = """
        INSERT INTO outbox(workspace, queue, id, customer, not_before, created, attempts, leased_until, dead, body)
        SELECT workspace, queue, id, customer, not_before, not_before, 0, 0, false, body
        FROM unnest($1, $2, $3, $4, $5, $6) WITH ORDINALITY AS n(workspace, queue, id, customer, not_before, body, ord)
        ORDER BY workspace COLLATE "C", queue COLLATE "C", id COLLATE "C", ord ON CONFLICT (workspace, queue, id) DO NOTHING
        """;
    private const string Tell = $"""
        INSERT INTO feed(epoch, workspace, topic, customer, at, body)
        SELECT $6 + e.epoch, n.workspace, n.topic, n.customer, n.at, n.body
        FROM unnest($1, $2, $3, $4, $5) WITH ORDINALITY AS n(workspace, topic, customer, at, body, ord), (SELECT {Epoch} AS epoch) e ORDER BY n.ord
        """;
    private const string Supersede = """
        DELETE FROM journal j USING unnest($1, $2, $3) AS n(workspace, stream, version)
        WHERE j.workspace=n.workspace AND j.stream=n.stream AND j.version=n.version
        """;

    /// <summary>Adds what a group needs to a batch; nothing for a group without any of it.</summary>
    public static void Add(NpgsqlBatch batch, GridPlan plan, short shard, long feedBase)
    {
        if (plan.Superseded.Count > 0)
        {
            batch.Add(Supersede).With(plan.Superseded, static s => s.Workspace).With(plan.Superseded, static s => s.Place.Stream.Value)
                .With(plan.Superseded, static s => s.Place.Version);
        }
        AddDue(batch, plan.Due);
        AddMemberships(batch.Add, Leave, plan.Left);
        AddMemberships(batch.Add, Enter, plan.Entered)?.With(plan.Entered, static m => m.SinceMs);
        if (plan.Sizes is { Count: > 0 } sizes)
        {
            batch.Add(Count).With(sizes, static s => s.Key.Workspace).With(sizes, static s => s.Key.Audience).With(sizes, static s => s.Key.HourMs)
                .With(sizes, static s => s.Value).With(shard);
        }
        if (plan.Outbox is { Count: > 0 } outbox)
        {
            batch.Add(Put).With(outbox, static o => o.Workspace).With(outbox, static o => o.Message.Queue).With(outbox, static o => o.Message.Id)
                .With(outbox, static o => o.Message.Stream.Value).With(outbox, static o => o.Message.NotBeforeMs).With(outbox, static o => o.Message.Body.ToArray());
        }
        AddFeed(batch, plan.Feed, feedBase);
    }

    /// <summary>Adds what subscribers are told.</summary>
    public static void AddFeed(NpgsqlBatch batch, IReadOnlyList<(string Workspace, Core.Journal.Index.FeedEntry Entry)> feed, long feedBase)
    {
        if (feed.Count == 0) return;
        batch.Add(Tell).With(feed, static f => f.Workspace).With(feed, static f => f.Entry.Topic).With(feed, static f => f.Entry.Stream.Value)
            .With(feed, static f => f.Entry.AtMs).With(feed, static f => f.Entry.Body.ToArray()).With(feedBase);
    }

    private static void AddDue(NpgsqlBatch batch, IReadOnlyList<KeyValuePair<CustomerKey, DueChange>> due)
    {
        if (due.Count == 0) return;
        AddKeys(batch.Add(LockDue), [.. due.Select(static d => d.Key)]);
        var set = due.Where(static d => d.Value.AtMs is not null).ToList();
        if (set.Count > 0)
        {
            AddKeys(batch.Add(SetDue), [.. set.Select(static d => d.Key)]).With(set, static d => d.Value.AtMs!.Value).With(set, static d => d.Value.IsWake ? -1L : 0L);
        }
        if (set.Count < due.Count) AddKeys(batch.Add(ClearDue), [.. due.Where(static d => d.Value.AtMs is null).Select(static d => d.Key)]);
    }

    private static NpgsqlParameterCollection? AddMemberships(Func<string, NpgsqlParameterCollection> add, string sql, IReadOnlyList<MembershipRow> rows) =>
        rows.Count == 0 ? null : AddKeys(add(sql), [.. rows.Select(static r => r.Key)]).With(rows, static r => r.Audience);

    public static NpgsqlParameterCollection AddKeys(NpgsqlParameterCollection parameters, IReadOnlyList<CustomerKey> keys) =>
        parameters.With(keys, static k => k.Workspace).With(keys, static k => k.Stream.Value);
}
