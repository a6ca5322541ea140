using System.Net;
using System.Text;
using Cdp.Benchmarks;
using Cdp.Benchmarks.Grid;
using Cdp.Client;
using Cdp.Core.Events;
using Cdp.Core.Grid;
using Cdp.Core.Identity;
using Cdp.Testing.Journal;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

// What the grid costs beyond the engine: reads in the silo, to another silo and from outside, calls of an event, activations and memory. The store is
// in memory, so none of it waits for a disk. Costs are processor time of this process, which holds client and silos: a shared machine does not change them.
const int People = 1_000;
const string Workspace = "bench";

var report = new Report();
var journal = new InMemoryJournal();
await using var first = await BenchSilo.StartAsync(journal);
var traits = string.Join(',', Enumerable.Range(0, 20).Select(i => $"\"trait_{i}\":\"value number {i}\""));
await SendAsync(first.Grid, [.. Enumerable.Range(0, People).Select(i => $$"""{"type":"identify","userId":"u{{i}}","anonymousId":"a{{i}}","messageId":"i{{i}}","traits":{"email":"u{{i}}@example.com",{{traits}}} }""")]);
ProfileRef[] refs = [.. Enumerable.Range(0, People).Select(i => new ProfileRef(null, new Identifier("email", $"u{i}@example.com")))];
string[] texts = [.. Enumerable.Range(0, People).Select(i => $"email:u{i}@example.com")];

var engine = await PerCallAsync(2_000_000, async i => { if (await first.Grid.GetAsync(Workspace, refs[i % People]) is null) throw new InvalidOperationException(); });
var hosted = await PerCallAsync(2_000_000, async i => { if (await first.Profiles.GetAsync(Workspace, texts[i % People]) is null) throw new InvalidOperationException(); });
report.Add("co-hosted hot read, normalised identifier", $"{Report.N(engine)} µs", "limit 2 µs", engine / 2, "<= 1.00");
report.Add("co-hosted hot read, text reference (IProfileGrid)", $"{Report.N(hosted)} µs", "limit 2 µs", hosted / 2, "<= 1.00");

var one = await MedianPerEventAsync(first.Grid);
report.Add("known event through identifier and customer, one silo, store in memory", $"{Report.N(one)} µs", "-", 1, "-");

await using (var client = await ClientAsync(first))
{
    var outside = client.Grid;
    var alone = await PerCallAsync(20_000, async i => { if (await outside.GetAsync(Workspace, texts[i % People]) is null) throw new InvalidOperationException(); });
    var many = await PerReadAsync(outside, texts);
    report.Add("outside client over loopback, one caller", $"{Report.N(alone)} µs, both sides", "-", 1, "-");
    report.Add("outside client over loopback, 64 callers", $"{Report.N(many)} µs, both sides", "-", 1, "-");
}

var activated = await ActivationsAsync();
report.Add("new customers (two activations and one commit each)", $"{Report.N(activated.Cost)} µs", $"{Report.N(activated.Bytes)} bytes each, both grains", 1, "-");

await using (var second = await BenchSilo.StartAsync(journal, first))
{
    // New customers are placed by load: a silo gets none until its statistics are known.
    await Task.Delay(TimeSpan.FromSeconds(5));
    // Half of the new ones become active there.
    await SendAsync(first.Grid, [.. Enumerable.Range(0, People).Select(i => $$"""{"type":"identify","userId":"v{{i}}","messageId":"v{{i}}","traits":{ {{traits}} } }""")]);
    ProfileRef[] others = [.. Enumerable.Range(0, People).Select(i => new ProfileRef(null, new Identifier("user_id", $"v{i}")))];
    foreach (var r in others) await first.Grid.GetAsync(Workspace, r);
    ProfileRef[] far = [.. others.Where(r => { var read = first.Grid.GetAsync(Workspace, r); var isFar = !read.IsCompleted; read.AsTask().Wait(); return isFar; })];
    var remote = await PerCallAsync(20_000, async i => { if (await first.Grid.GetAsync(Workspace, far[i % far.Length]) is null) throw new InvalidOperationException(); });
    report.Add($"hot read on another silo over loopback ({far.Length} of {People} are there)", $"{Report.N(remote)} µs", "-", 1, "-");
    var two = await MedianPerEventAsync(first.Grid, second.Grid);
    report.Add("the same, two silos in one process", $"{Report.N(two)} µs", $"one silo {Report.N(one)} µs", one / two, ">= 0.80");
}

report.Print();
return 0;

static async Task<double> PerCallAsync(int calls, Func<int, ValueTask> call)
{
    for (var i = 0; i < calls / 4; i++) await call(i);
    GC.Collect();
    var started = Environment.CpuUsage.TotalTime;
    for (var i = 0; i < calls; i++) await call(i);
    return (Environment.CpuUsage.TotalTime - started).TotalMicroseconds / calls;
}

static async Task SendAsync(IGrid grid, string[] events)
{
    foreach (var chunk in events.Chunk(100))
    {
        var outcomes = await grid.IngestAsync(Workspace, [.. chunk.Select(Parse)]);
        if (outcomes.Any(o => o.Status != EventStatus.Applied)) throw new InvalidOperationException(outcomes.First(o => o.Status != EventStatus.Applied).Reasons[0].Code);
    }
}

static CustomerEvent Parse(string json) => EventParser.ParseUnchecked(
    Encoding.UTF8.GetBytes(json), new ParseContext(IdentityRules.Default, new EventSource("bench"), TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds())).Event!;

static async Task<double> MedianPerEventAsync(params IGrid[] grids)
{
    var rounds = new List<double>();
    for (var i = 0; i < 9; i++) rounds.Add(await PerEventAsync(grids));
    return rounds.Order().ElementAt(4);
}

static async Task<double> PerEventAsync(params IGrid[] grids)
{
    const int Batches = 600;
    var run = Guid.NewGuid().ToString("N");
    CustomerEvent[][] batches = [.. Enumerable.Range(0, Batches).Select(b => Enumerable.Range(0, 100).Select(i =>
        Parse($$"""{"type":"track","event":"x","userId":"u{{((b * 100) + i) % People}}","messageId":"{{run}}-{{b}}-{{i}}"}""")).ToArray())];
    await RunAsync(batches[..100]);
    var started = Environment.CpuUsage.TotalTime;
    await RunAsync(batches[100..]);
    return (Environment.CpuUsage.TotalTime - started).TotalMicroseconds / ((Batches - 100) * 100);

    async Task RunAsync(CustomerEvent[][] some)
    {
        var next = -1;
        await Task.WhenAll(Enumerable.Range(0, 16).Select(worker => Task.Run(async () =>
        {
            while (Interlocked.Increment(ref next) is var n && n < some.Length)
            {
                var outcomes = await grids[n % grids.Length].IngestAsync(Workspace, some[n]);
                if (outcomes.Any(o => o.Status != EventStatus.Applied)) throw new InvalidOperationException("An event failed.");
            }
        })));
    }
}

static async Task<double> PerReadAsync(IProfileGrid grid, string[] texts)
{
    const int Reads = 200_000;
    var next = 0;
    var started = Environment.CpuUsage.TotalTime;
    await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => Task.Run(async () =>
    {
        while (Interlocked.Increment(ref next) is var n && n <= Reads)
        {
            if (await grid.GetAsync(Workspace, texts[n % texts.Length]) is null) throw new InvalidOperationException();
        }
    })));
    return (Environment.CpuUsage.TotalTime - started).TotalMicroseconds / Reads;
}

static async Task<(double Cost, double Bytes)> ActivationsAsync()
{
    const int Customers = 20_000;
    await using var silo = await BenchSilo.StartAsync(new InMemoryJournal());
    await SendAsync(silo.Grid, [.. Enumerable.Range(0, 1_000).Select(i => $$"""{"type":"track","event":"x","userId":"w{{i}}"}""")]);
    CustomerEvent[][] batches = [.. Enumerable.Range(0, Customers).Select(i => Parse($$"""{"type":"track","event":"x","userId":"n{{i}}"}""")).Chunk(100)];
    var before = GC.GetTotalMemory(forceFullCollection: true);
    var started = Environment.CpuUsage.TotalTime;
    await Task.WhenAll(batches.Chunk(batches.Length / 8).Select(some => Task.Run(async () =>
    {
        foreach (var batch in some) await silo.Grid.IngestAsync(Workspace, batch);
    })));
    var cost = (Environment.CpuUsage.TotalTime - started).TotalMicroseconds / Customers;
    var bytes = (GC.GetTotalMemory(forceFullCollection: true) - before) / (double)Customers;
    return (cost, bytes);
}

static async Task<Client> ClientAsync(BenchSilo silo)
{
    var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
    builder.Logging.SetMinimumLevel(LogLevel.None);
    builder.Services.AddCdpClient(o =>
    {
        o.ClusterId = "bench";
        o.Gateways.Add(new IPEndPoint(IPAddress.Loopback, silo.GatewayPort));
    });
    var host = builder.Build();
    await host.StartAsync();
    return new Client(host);
}

internal sealed class Client(IHost host) : IAsyncDisposable
{
    public IProfileGrid Grid => host.Services.GetRequiredService<IProfileGrid>();

    public async ValueTask DisposeAsync()
    {
        await host.StopAsync();
        host.Dispose();
    }
}
