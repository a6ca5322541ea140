using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using Cdp.Testing;
using Cdp.Testing.Waiting;
using Xunit.Abstractions;

namespace Cdp.Standalone.Tests.Processes;

/// <summary>Fence to webhook against a real server that is killed again and again, before, behind and in the middle of deliveries.</summary>
[Collection(ProcessesCollection.Name)]
public sealed class TriggerKillTests(ITestOutputHelper output) : IDisposable
{
    private const int People = 120;
    private const int Kills = 4;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly ScratchFolder _folder = new();
    private readonly ConcurrentDictionary<string, int> _received = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Every_acknowledged_visit_is_decided_once_and_its_message_arrives_under_one_id()
    {
        var random = new Random(Seeds.Next(output));
        using var receiver = Receive(out var address);
        var config = Path.Combine(_folder.Path, "grid.json");
        await File.WriteAllTextAsync(config, """{"Cdp":{"Webhooks":{"AllowPrivateAddresses":["127.0.0.0/8"]}}}""");
        await using (var server = await TestedServer.StartAsync(_folder.Data, config))
        {
            using var http = Client(server.Url);
            await PutAsync(http, "geofences/shop", """{"id":"shop","geometry":{"type":"Circle","center":[10.75,59.91],"radiusMeters":100},"confirmFixes":1}""");
            await PutAsync(http, "webhooks/push", $$"""{"id":"push","url":"{{address}}","allowPrivate":true}""");
            await PutAsync(http, "triggers/near", """{"id":"near","when":{"fence":["shop"]},"then":[{"webhook":"push"}]}""");
            (await http.PostAsync(new Uri("/v1/webhooks/push/secret", UriKind.Relative), null)).EnsureSuccessStatusCode();
            for (var i = 0; i < People; i++) await PostAsync(http, "/v1/identify", $$"""{"userId":"u{{i}}"}""");
        }

        var left = new ConcurrentQueue<int>(Enumerable.Range(0, People));
        for (var round = 0; round <= Kills; round++)
        {
            await using var server = await TestedServer.StartAsync(_folder.Data, config);
            using var http = Client(server.Url);
            var enough = People - left.Count + random.Next(5, People / (Kills + 1));
            var sending = Task.WhenAll(Enumerable.Range(0, 4).Select(_ => SendAsync(http, left)));
            if (round < Kills)
            {
                await Eventually.TrueAsync("some visits are answered", Patience, () => People - left.Count >= enough);
                await server.KillAsync();
                await sending;
                continue;
            }

            await sending;

            var decided = new List<string>();
            for (var i = 0; i < People; i++)
            {
                using var answer = JsonDocument.Parse(await http.GetStringAsync(new Uri($"/v1/profiles/user_id:u{i}/decisions", UriKind.Relative)));
                var decision = Assert.Single(answer.RootElement.GetProperty("decisions").EnumerateArray());
                Assert.Equal("acted", decision.GetProperty("code").GetString());
                decided.Add(decision.GetProperty("id").GetString()!);
            }

            await Eventually.TrueAsync("all messages have arrived", Patience, () => decided.All(_received.ContainsKey));
            Assert.Equal(decided.Order(StringComparer.Ordinal), _received.Keys.Order(StringComparer.Ordinal));
            output.WriteLine($"{Kills} kills, {People} visits, {_received.Values.Sum()} calls received of {_received.Count} messages");
        }
    }

    /// <summary>Sends visits until the server is gone; what was not answered comes again, as a device would send it.</summary>
    private static async Task SendAsync(HttpClient http, ConcurrentQueue<int> left)
    {
        while (left.TryDequeue(out var person))
        {
            var at = DateTimeOffset.UtcNow.ToString("O", CultureInfo.InvariantCulture);
            var body = $$"""{"positions":[{"ref":"user_id:u{{person}}","deviceId":"d{{person}}","lat":59.91,"lon":10.75,"timestamp":"{{at}}"}]}""";
            if (await TryPostAsync(http, body)) continue;
            left.Enqueue(person);
            return;
        }
    }

    private static async Task<bool> TryPostAsync(HttpClient http, string body)
    {
        try
        {
            return (await PostAsync(http, "/v1/positions", body)).IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private HttpListener Receive(out string address)
    {
        address = $"http://127.0.0.1:{FixedPorts.Next()}/";
        var listener = new HttpListener();
        listener.Prefixes.Add(address);
        listener.Start();
        _ = Task.Run(async () =>
        {
            while (listener.IsListening)
            {
                HttpListenerContext context;
                try
                {
                    context = await listener.GetContextAsync();
                }
                catch (Exception error) when (error is HttpListenerException or ObjectDisposedException)
                {
                    return;
                }

                _received.AddOrUpdate(context.Request.Headers["webhook-id"]!, 1, (_, count) => count + 1);
                context.Response.Close();
            }
        });
        return listener;
    }

    private static HttpClient Client(Uri server)
    {
        var http = new HttpClient { BaseAddress = server };
        http.DefaultRequestHeaders.Authorization = new("Bearer", "dev");
        return http;
    }

    private static async Task PutAsync(HttpClient http, string path, string body) =>
        (await http.PutAsync(new Uri("/v1/" + path, UriKind.Relative), new StringContent(body, Encoding.UTF8, "application/json"))).EnsureSuccessStatusCode();

    private static Task<HttpResponseMessage> PostAsync(HttpClient http, string path, string body) =>
        http.PostAsync(new Uri(path, UriKind.Relative), new StringContent(body, Encoding.UTF8, "application/json"));
}
