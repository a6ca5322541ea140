using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using Cdp.Testing;
using Xunit.Abstractions;

namespace Cdp.Standalone.Tests.Processes;

/// <summary>
/// Many clients that link the same identifiers in random order, while the server is killed again and again. <c>CDP_STORM_SECONDS</c> sets how long.
/// </summary>
[Collection(ProcessesCollection.Name)]
public sealed class LinkStormTests(ITestOutputHelper output) : IDisposable
{
    private const int Clients = 32;
    private const int Groups = 20;
    private const int PerGroup = 10;
    private const int DefaultSeconds = 12;

    // No limits, so that the profiles must be the components of a union-find over the events.
    private const string Settings = """
        {"Cdp":{"Workspaces":{"default":{"ApiKeys":[{"Key":"dev","Scopes":["read","ingest","admin","erase"]}],
          "Identity":{"MaxIdentifiersPerProfile":100000,"Types":{
            "user_id":{"MaxPerProfile":100000},"email":{"MaxPerProfile":100000},"anonymous_id":{"MaxPerProfile":100000},"loyalty":{"MaxPerProfile":100000}}}}}}}
        """;

    private static readonly string[] Types = ["user_id", "email", "anonymous_id", "loyalty"];

    private readonly ScratchFolder _folder = new();
    private readonly ConcurrentDictionary<string, string[]> _acked = new(StringComparer.Ordinal);
    private int _refused;
    private int _broken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Thirty_two_clients_link_two_hundred_identifiers_through_kills_and_the_profiles_are_the_components()
    {
        var seconds = int.TryParse(Environment.GetEnvironmentVariable("CDP_STORM_SECONDS"), CultureInfo.InvariantCulture, out var given) ? given : DefaultSeconds;
        var seed = Seeds.Next(output);
        var random = new Random(seed);
        var config = _folder.Config(Settings);
        var clock = Stopwatch.StartNew();
        var server = await TestedServer.StartAsync(_folder.Data, config);
        var at = new TaskCompletionSource<Uri>();
        at.SetResult(server.Url);
        var clients = Enumerable.Range(0, Clients).Select(i => Task.Run(() => StormAsync(i, new Random(seed + 1 + i), () => Volatile.Read(ref at).Task, clock, seconds))).ToArray();
        var kills = 0;
        try
        {
            while (clock.Elapsed.TotalSeconds < seconds)
            {
                await Moments.AfterAsync(TimeSpan.FromMilliseconds(random.Next(1_000, 4_000)));
                var next = new TaskCompletionSource<Uri>();
                Volatile.Write(ref at, next);
                await server.KillAsync();
                await server.DisposeAsync();
                kills++;
                server = await TestedServer.StartAsync(_folder.Data, config);
                next.SetResult(server.Url);
            }

            await Task.WhenAll(clients);
            using var client = new GridClient(server.Url);
            var profiles = await CompareAsync(client);
            var line = $"link storm: seed {seed}, {Clients} clients, {seconds} s, {kills} kills: {_acked.Count} events acknowledged, {profiles} profiles, 503 x {_refused}, broken x {_broken}";
            output.WriteLine(line);
            Console.WriteLine(line);
        }
        finally
        {
            await server.DisposeAsync();
        }
    }

    /// <summary>Sends until the time is over, each event until it is acknowledged.</summary>
    private async Task StormAsync(int number, Random random, Func<Task<Uri>> server, Stopwatch clock, int seconds)
    {
        GridClient? client = null;
        Uri? connected = null;
        for (var n = 0; clock.Elapsed.TotalSeconds < seconds; n++)
        {
            var (messageId, identifiers) = ($"c{number}-{n}", Pick(random));
            SentEvent sent = new(messageId, Json(messageId, identifiers), identifiers, []);
            while (true)
            {
                var url = await server();
                if (url != connected)
                {
                    client?.Dispose();
                    (client, connected) = (new GridClient(url), url);
                }

                try
                {
                    var answer = await client!.IngestAsync([sent]);
                    if (answer.Status == HttpStatusCode.OK)
                    {
                        Assert.Contains(answer.Outcomes[0].Outcome, (string[])["applied", "duplicate"]);
                        break;
                    }

                    Assert.Contains(answer.Status, (HttpStatusCode[])[HttpStatusCode.ServiceUnavailable, HttpStatusCode.TooManyRequests]);
                    Interlocked.Increment(ref _refused);
                }
                catch (Exception error) when (error is HttpRequestException or IOException or OperationCanceledException)
                {
                    Interlocked.Increment(ref _broken);
                }

                await Moments.AfterAsync(TimeSpan.FromMilliseconds(20));
            }

            Assert.True(_acked.TryAdd(messageId, identifiers));
        }

        client?.Dispose();
    }

    private static string[] Pick(Random random)
    {
        var group = random.Next(Groups);
        return [.. Enumerable.Range(0, 1 + random.Next(3)).Select(_ => random.Next(PerGroup)).Distinct().Select(i => Reference(group, i))];
    }

    private static string Reference(int group, int i) =>
        i % Types.Length == 1 ? $"email:g{group}i{i}@example.test" : $"{Types[i % Types.Length]}:g{group}i{i}";

    private static string Json(string messageId, string[] identifiers)
    {
        var ids = identifiers.Select(i => i.Split(':', 2)).Select(p => $$"""{"type":"{{p[0]}}","id":"{{p[1]}}","collection":"users","encoding":"none"}""");
        return $$$"""{"type":"track","event":"Linked","messageId":"{{{messageId}}}","context":{"externalIds":[{{{string.Join(',', ids)}}}]}}""";
    }

    /// <summary>The partition, the counters, and every event once.</summary>
    private async Task<int> CompareAsync(GridClient client)
    {
        var parent = new Dictionary<string, string>(StringComparer.Ordinal);
        string Root(string i)
        {
            while (parent.TryGetValue(i, out var up) && up != i) i = up;
            parent.TryAdd(i, i);
            return i;
        }

        foreach (var identifiers in _acked.Values)
        {
            foreach (var identifier in identifiers) parent[Root(identifier)] = Root(identifiers[0]);
        }

        var references = parent.Keys.ToList();
        var owners = references.Zip(await client.LookupAsync(references)).ToDictionary(p => p.First, p => p.Second, StringComparer.Ordinal);
        var components = references.GroupBy(Root).ToList();
        foreach (var component in components)
        {
            var profile = owners[component.First()];
            Assert.NotNull(profile);
            Assert.All(component, i => Assert.Equal(profile.Id, owners[i]?.Id));
            Assert.Equal(component.Order(StringComparer.Ordinal), profile.Identifiers.Order(StringComparer.Ordinal));
            var expected = _acked.Where(a => Root(a.Value[0]) == component.Key).Select(a => a.Key).Order(StringComparer.Ordinal).ToList();
            Assert.Equal(expected.Count, profile.EventCount);
            Assert.Equal(expected, (await client.TimelineAsync(profile.Id)).Select(t => t.MessageId).Order(StringComparer.Ordinal));
        }

        Assert.Equal(components.Count, owners.Values.Select(o => o!.Id).Distinct().Count());
        return components.Count;
    }
}
