using Cdp.Storage.Sqlite.Raw;

namespace Cdp.Storage.Sqlite;

/// <summary>The full check of a file: SQLite's own, and what our tables promise to each other.</summary>
internal static class IntegrityCheck
{
    private static readonly (string Sql, string Finding)[] Promises =
    [
        ("SELECT count(*) FROM journal j WHERE j.body IS NOT NULL AND NOT EXISTS (SELECT 1 FROM bodies b WHERE b.id=j.body)", "records without their body"),
        ("SELECT (SELECT count(*) FROM bodies) - (SELECT count(*) FROM journal WHERE body IS NOT NULL)", "bodies without a record"),
        ("SELECT count(*) FROM journal WHERE length(stream)<>16 OR version<1 OR kind NOT BETWEEN 1 AND 11", "records that are none"),
        (
            "SELECT count(*) FROM definitions d WHERE d.change>coalesce((SELECT c.latest FROM definition_changes c WHERE c.workspace=d.workspace), 0)",
            "definitions beyond their workspace's latest change"),
        (
            """
            SELECT count(*) FROM customers c WHERE (
                SELECT kind FROM journal j WHERE j.workspace=c.workspace AND j.stream=CAST(substr(c.sample, 9) || substr(c.sample, 1, 8) AS BLOB)
                ORDER BY version DESC LIMIT 1) IN (3, 6)
            """,
            "live customers that are none"),
        (
            """
            SELECT count(*) FROM (SELECT workspace, stream, max(version), kind FROM journal GROUP BY workspace, stream) j
            WHERE j.kind NOT IN (3, 6) AND NOT EXISTS (
                SELECT 1 FROM customers c WHERE c.workspace=j.workspace AND c.sample=CAST(substr(j.stream, 9) || substr(j.stream, 1, 8) AS BLOB))
            """,
            "live customers that are not known as such"),
    ];

    public static IReadOnlyList<string> Run(Database database)
    {
        var findings = new List<string>();
        try
        {
            using (var check = database.Single("PRAGMA integrity_check(100)"))
                while (check.Step())
                    if (check.Text(0) is not "ok" and var finding) findings.Add(MainFile.Safe(finding));
            foreach (var (sql, finding) in Promises)
                if (database.Number(sql) is not 0 and var count) findings.Add($"{count} {finding}.");
        }
        catch (SqliteFaultException e) when (e.IsDamage)
        {
            findings.Add(e.Message);
        }
        return findings;
    }
}
