using System.Text.Json.Nodes;
using System.Threading.Channels;
using Cdp.Cli.Shell;
using Cdp.Cli.Tests.Support;
using Cdp.Testing.Waiting;
using Microsoft.AspNetCore.Http;

namespace Cdp.Cli.Tests.Verbs;

public sealed class TailingEvents : IAsyncLifetime
{
    private readonly CliRun _cli = new();
    private readonly List<int> _events = [.. Enumerable.Range(1, 30)];
    private readonly Channel<int> _changes = Channel.CreateUnbounded<int>();
    private FakeServer _server = null!;
    private int _streams;

    public async Task InitializeAsync()
    {
        _server = await FakeServer.StartAsync();
        _server.Other = AnswerAsync;
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task The_newest_are_shown_in_the_order_of_time()
    {
        var run = await _cli.RunAsync("events", "tail", "user_id:1", "-n", "3", "--url", _server.Url);
        Assert.Equal(["event28", "event29", "event30"], Names(run.Out));
        Assert.Contains("""{"a":28}""", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Following_shows_each_new_event_once_also_behind_a_broken_stream_and_ends_with_0()
    {
        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        var run = Task.Run(() => _cli.RunAsync(stop.Token, "events", "tail", "user_id:1", "-n", "2", "--follow", "--url", _server.Url));
        await UntilAsync("stream 1 is open", () => _streams == 1);
        await AddAsync(31);
        await UntilAsync("look 3", () => Looks() >= 3);
        lock (_events) _events.Add(32);
        await _changes.Writer.WriteAsync(-1);
        await UntilAsync("stream 2 is open", () => _streams == 2);
        await AddAsync(33, 34);
        await UntilAsync("look 5", () => Looks() >= 5);
        await UntilAsync("the last event is shown", () => _cli.OutSoFar.Contains("event34", StringComparison.Ordinal));
        await stop.CancelAsync();
        var result = await run;
        Assert.Equal((ExitCodes.Ok, ""), (result.Code, result.Error));
        Assert.Equal(["event29", "event30", "event31", "event32", "event33", "event34"], Names(result.Out));
    }

    [Fact]
    public async Task Json_is_a_line_per_event()
    {
        var run = await _cli.RunAsync("events", "tail", "user_id:1", "-n", "2", "--json", "--url", _server.Url);
        Assert.Equal(["m29", "m30"], run.Out.TrimEnd().Split('\n').Select(l => (string)JsonNode.Parse(l)!["messageId"]!));
    }

    private static string[] Names(string output) =>
        [.. output.TrimEnd().Split('\n').Select(l => l.Split(' ', StringSplitOptions.RemoveEmptyEntries)[2])];

    private static Task UntilAsync(string name, Func<bool> condition) => Eventually.TrueAsync(name, TimeSpan.FromSeconds(15), condition);

    private int Looks() => _server.Requests.ToArray().Count(r => r.Contains("/events", StringComparison.Ordinal));

    private async Task AddAsync(params int[] numbers)
    {
        lock (_events) _events.AddRange(numbers);
        await _changes.Writer.WriteAsync(1);
    }

    private async Task<bool> AnswerAsync(HttpContext context)
    {
        if (context.Request.Path.Value!.EndsWith("/stream", StringComparison.Ordinal)) return await StreamAsync(context);
        if (!context.Request.Path.Value.EndsWith("/events", StringComparison.Ordinal)) return false;
        var limit = int.Parse(context.Request.Query["limit"]!, System.Globalization.CultureInfo.InvariantCulture);
        int[] newest;
        lock (_events) newest = [.. Enumerable.Reverse(_events).Take(limit)];
        var list = new JsonArray([.. newest.Select(Event)]);
        await context.Response.WriteAsync(new JsonObject { ["events"] = list, ["cursor"] = null }.ToJsonString());
        return true;
    }

    private async Task<bool> StreamAsync(HttpContext context)
    {
        context.Response.ContentType = "text/event-stream";
        await context.Response.WriteAsync(":\n\nevent: profile\nid: 1\ndata: {}\n\n");
        await context.Response.Body.FlushAsync();
        Interlocked.Increment(ref _streams);
        while (await _changes.Reader.ReadAsync(context.RequestAborted) > 0)
        {
            await context.Response.WriteAsync("event: profile\nid: 2\ndata: {\"x\":1}\n\n");
            await context.Response.Body.FlushAsync();
        }

        context.Abort();
        return true;
    }

    private static JsonNode Event(int n) => new JsonObject
    {
        ["messageId"] = $"m{n}",
        ["type"] = "track",
        ["name"] = $"event{n}",
        ["timestamp"] = $"2026-01-01T00:00:{n:D2}.000Z",
        ["source"] = "web",
        ["properties"] = new JsonObject { ["a"] = n },
    };
}
