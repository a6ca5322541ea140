using System.Globalization;
using System.Net;
using Cdp.Silo.Tests.Cluster;
using Cdp.Silo.Tests.Journal;
using Cdp.Silo.Tests.Reads;
using Xunit.Abstractions;

namespace Cdp.Silo.Tests.Scenarios;

/// <summary>What a scenario came to: its counts, and what must not be.</summary>
/// <param name="name">What was done.</param>
/// <param name="history">What was written.</param>
/// <param name="reads">What was read.</param>
/// <param name="counters">References of the counters.</param>
internal sealed class Verdict(string name, History history, ReadHistory reads, IReadOnlyCollection<string> counters)
{
    /// <summary>Begins every identifier, so that none can be in a log unseen.</summary>
    public const string Prefix = "someone-";

    private const int MaxListed = 20;

    private readonly List<string> _violations = [];
    private readonly List<string> _logged = [];
    private JournalAudit? _tables;
    private int _found;

    public IReadOnlyList<string> Violations => _violations;

    public string Report() => string.Join(Environment.NewLine, _violations.Take(MaxListed).Prepend($"{name}: {_violations.Count} violations"));

    /// <summary>Compares what the API and the tables show, and the reads, with what the clients know.</summary>
    public async Task AddAuditAsync(GridClient client, string database)
    {
        var audit = await Audit.OfAsync(client, history);
        _found = audit.Found;
        _tables = await JournalAudit.OfAsync(database, history.Events);
        var check = new ReadCheck(history.Events);
        _violations.AddRange([
            .. audit.Violations, .. _tables.Violations, .. check.Missing(reads.Reads), .. check.NotLinearizable([.. reads.StableReads], counters)]);
    }

    /// <summary>Stops a cluster in order, and looks at what its silos have logged.</summary>
    public async Task AddStopAsync(SiloCluster cluster)
    {
        foreach (var exit in await cluster.StopAsync())
        {
            if (exit.Code != 0) _violations.Add($"a silo ended with {exit.Code} after SIGTERM");
        }

        foreach (var line in cluster.Silos.SelectMany(s => s.Log.Split('\n', StringSplitOptions.RemoveEmptyEntries)))
        {
            if (line.Contains(Prefix, StringComparison.Ordinal)) _violations.Add($"personal data in a log: {line}");
            if (line.StartsWith("fail: Cdp.", StringComparison.Ordinal) && !line.Contains("The store takes no commits", StringComparison.Ordinal)) _violations.Add(line);
            _logged.Add(line);
        }
    }

    public void Print(ITestOutputHelper output)
    {
        var check = new ReadCheck(history.Events);
        var unsettled = reads.Reads.Except(reads.StableReads).ToArray();
        var line = string.Create(CultureInfo.InvariantCulture, $"""
            {name}: {history.Events.Count(e => e.IsAcked)} events acknowledged, {_tables!.Lost} lost, {_tables.Doubled} doubled, {_tables.Unknown} of unknown outcome ({_tables.UnknownFound} of them there), {_found} found;
              requests: {history.AckedBatches} acknowledged, failed: {Failed()};
              reads: {reads.Reads.Count}, {reads.Reads.Count(r => !r.IsAnswered)} failed; {reads.StableReads.Count()} while the membership was stable, all of them checked;
              in between {unsettled.Count(check.IsStale)} stale, {ReadCheck.GoingBackForOneCaller(unsettled).Count()} going back for one caller
            """);
        output.WriteLine(line);
        Console.WriteLine(line);
        var stale = unsettled.Where(check.IsStale).OrderBy(r => r.InvokedAt).ToArray();
        foreach (var by in stale.GroupBy(r => r.Caller)) output.WriteLine($"stale for {by.Key}: {by.Count()}, such as {by.First()}");
        output.WriteLine($"The silos have logged {_logged.Count} lines of {_logged.Sum(l => l.Length)} characters.");
        foreach (var kind in _logged.GroupBy(static l => Cut(l, 60)).OrderByDescending(g => g.Count())) output.WriteLine($"{kind.Count()} x {Cut(kind.First(), 240)}");
    }

    private static string Cut(string line, int length) => line.Length > length ? line[..length] : line;

    private string Failed()
    {
        var failed = history.Statuses.Where(s => s.Key != HttpStatusCode.OK).Select(s => $"{(int)s.Key} x {s.Value}").Concat(history.Unanswered.Select(u => $"{u.Key} x {u.Value}"));
        return string.Join(", ", failed) is { Length: > 0 } text ? text : "none";
    }
}
