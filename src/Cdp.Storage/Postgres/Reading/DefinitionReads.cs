using Cdp.Core.Definitions;
using Npgsql;

namespace Cdp.Storage.Postgres.Reading;

/// <summary>Definitions: all of a kind, their history, and what changed.</summary>
internal static class DefinitionReads
{
    private const string Columns = "SELECT d.workspace, d.kind, d.name, d.version, d.change, d.body, d.at, d.by, d.reason FROM definitions d";

    private const string IsLatest =
        "d.version=(SELECT max(m.version) FROM definitions m WHERE m.workspace=d.workspace AND m.kind=d.kind AND m.name=d.name)";

    /// <summary>The history of one definition: workspace, kind, name, below which version, how many.</summary>
    public const string History = $"{Columns} WHERE d.workspace=$1 AND d.kind=$2 AND d.name=$3 AND d.version<$4 ORDER BY d.version DESC LIMIT $5";

    private const string List = $"{Columns} WHERE d.workspace=$1 AND d.kind=$2 AND d.body IS NOT NULL AND {IsLatest} ORDER BY d.name";

    private const string Changes = $"{Columns} WHERE d.workspace=$1 AND d.change>$2 AND {IsLatest} ORDER BY d.change";

    public static ValueTask<IReadOnlyList<Definition>> HistoryAsync(
        Reads reads, string workspace, string kind, string name, int limit, long before, CancellationToken cancellationToken) =>
        reads.RunAsync(
            History,
            (workspace, kind, name, before, limit),
            static (p, s) => p.With(s.workspace).With(s.kind).With(s.name).With(s.before).With((long)s.limit),
            static (reader, _, token) => AllAsync(reader, token),
            cancellationToken);

    public static ValueTask<IReadOnlyList<Definition>> ListAsync(Reads reads, string workspace, string kind, CancellationToken cancellationToken) =>
        reads.RunAsync(
            List, (workspace, kind), static (p, s) => p.With(s.workspace).With(s.kind), static (reader, _, token) => AllAsync(reader, token), cancellationToken);

    public static ValueTask<IReadOnlyList<Definition>> ChangesAsync(Reads reads, string workspace, long after, CancellationToken cancellationToken) =>
        reads.RunAsync(
            Changes, (workspace, after), static (p, s) => p.With(s.workspace).With(s.after), static (reader, _, token) => AllAsync(reader, token), cancellationToken);

    public static ValueTask<IReadOnlyDictionary<string, long>> LatestChangesAsync(Reads reads, CancellationToken cancellationToken) => reads.RunAsync(
        "SELECT workspace, latest FROM definition_changes",
        0,
        static (_, _) => { },
        static async (reader, _, token) =>
        {
            var latest = new Dictionary<string, long>(StringComparer.Ordinal);
            while (await reader.ReadAsync(token)) latest.Add(reader.GetString(0), reader.GetInt64(1));
            return (IReadOnlyDictionary<string, long>)latest;
        },
        cancellationToken);

    public static async Task<IReadOnlyList<Definition>> AllAsync(NpgsqlDataReader rows, CancellationToken cancellationToken)
    {
        var found = new List<Definition>();
        while (await rows.ReadAsync(cancellationToken))
        {
            found.Add(new(
                rows.GetString(0), rows.GetString(1), rows.GetString(2), rows.GetInt64(3), rows.GetInt64(4),
                rows.IsDBNull(5) ? null : rows.GetFieldValue<byte[]>(5), rows.GetInt64(6), rows.GetString(7), rows.IsDBNull(8) ? null : rows.GetString(8)));
        }

        return found;
    }
}
