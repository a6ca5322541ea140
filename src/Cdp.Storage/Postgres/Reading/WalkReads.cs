using System.Text;
using Cdp.Core.Identity;
using Cdp.Core.Journal;
using Cdp.Storage.Postgres.Writing;

namespace Cdp.Storage.Postgres.Reading;

/// <summary>Pages of whole tables, by their keys: each page starts where the last one ended, whatever the size of the table.</summary>
internal static class WalkReads
{
    /// <summary>A page of owners: workspace, behind which type and value, how many.</summary>
    public const string Owners = """
        SELECT type, value, customer FROM identifiers WHERE workspace=$1 AND (type, value)>($2 COLLATE "C", $3) ORDER BY type, value LIMIT $4
        """;

    /// <summary>A page of decisions: workspace, behind which stream and version, how many.</summary>
    public const string Decisions = """
        SELECT stream, version, kind, time, body FROM journal
        WHERE workspace=$1 AND (stream, version)>($2, $3) AND kind IN (2, 4) ORDER BY stream, version LIMIT $4
        """;

    public static ValueTask<IReadOnlyList<OwnerRow>> OwnersAsync(
        Reads reads, string workspace, Identifier? after, int limit, CancellationToken cancellationToken) =>
        reads.RunAsync(
            Owners,
            (workspace, after, limit),
            static (p, s) => p.With(s.workspace).With(s.after?.Type ?? "").With(CommitWork.Value(s.after?.Value ?? "")).With((long)s.limit),
            static async (reader, _, token) =>
            {
                var found = new List<OwnerRow>();
                while (await reader.ReadAsync(token))
                    found.Add(new(new(reader.GetString(0), Encoding.UTF8.GetString(reader.GetFieldValue<byte[]>(1))), new CustomerId(reader.GetGuid(2))));
                return (IReadOnlyList<OwnerRow>)found;
            },
            cancellationToken,
            isLong: true);

    public static ValueTask<IReadOnlyList<JournalRow>> DecisionsAsync(
        Reads reads, string workspace, RecordPlace? after, int limit, CancellationToken cancellationToken) =>
        reads.RunAsync(
            Decisions,
            (workspace, after, limit),
            static (p, s) => p.With(s.workspace).With(s.after?.Stream.Value ?? Guid.Empty).With(s.after?.Version ?? 0).With((long)s.limit),
            static (reader, _, token) => TimelineReads.RowsAsync(reader, token),
            cancellationToken,
            isLong: true);
}
