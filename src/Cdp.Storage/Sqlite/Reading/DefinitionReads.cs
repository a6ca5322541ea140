using Cdp.Core.Definitions;
using Cdp.Storage.Sqlite.Raw;

namespace Cdp.Storage.Sqlite.Reading;

/// <summary>Definitions: the latest, all of a kind, their history, and what changed.</summary>
internal sealed class DefinitionReads(Database database)
{
    private const string Columns = "SELECT d.workspace, d.kind, d.name, d.version, d.change, d.body, d.at, d.by, d.reason FROM definitions d";

    private const string IsLatest =
        "d.version=(SELECT max(m.version) FROM definitions m WHERE m.workspace=d.workspace AND m.kind=d.kind AND m.name=d.name)";

    private readonly Statement history = database.Prepare(
        $"{Columns} WHERE d.workspace=?1 AND d.kind=?2 AND d.name=?3 AND d.version<?4 ORDER BY d.version DESC LIMIT ?5");

    private readonly Statement list = database.Prepare(
        $"{Columns} WHERE d.workspace=?1 AND d.kind=?2 AND d.body IS NOT NULL AND {IsLatest} ORDER BY d.name");

    private readonly Statement changes = database.Prepare($"{Columns} WHERE d.workspace=?1 AND d.change>?2 AND {IsLatest} ORDER BY d.change");

    private readonly Statement latestChanges = database.Prepare("SELECT workspace, latest FROM definition_changes");

    public Definition? Latest(string workspace, string kind, string name) => History(workspace, kind, name, 1, long.MaxValue) is [var latest] ? latest : null;

    public IReadOnlyList<Definition> History(string workspace, string kind, string name, int limit, long before) =>
        All(history.Bind(1, workspace).Bind(2, kind).Bind(3, name).Bind(4, before).Bind(5, limit));

    public IReadOnlyList<Definition> List(string workspace, string kind) => All(list.Bind(1, workspace).Bind(2, kind));

    public IReadOnlyList<Definition> Changes(string workspace, long after) => All(changes.Bind(1, workspace).Bind(2, after));

    public IReadOnlyDictionary<string, long> LatestChanges()
    {
        var latest = new Dictionary<string, long>(StringComparer.Ordinal);
        try
        {
            while (latestChanges.Step()) latest.Add(latestChanges.Text(0), latestChanges.Int64(1));
        }
        finally
        {
            latestChanges.Reset();
        }

        return latest;
    }

    private static List<Definition> All(Statement rows)
    {
        var found = new List<Definition>();
        try
        {
            while (rows.Step())
            {
                found.Add(new(
                    rows.Text(0), rows.Text(1), rows.Text(2), rows.Int64(3), rows.Int64(4),
                    rows.IsNull(5) ? null : rows.Blob(5), rows.Int64(6), rows.Text(7), rows.IsNull(8) ? null : rows.Text(8)));
            }
        }
        finally
        {
            rows.Reset();
        }

        return found;
    }
}
