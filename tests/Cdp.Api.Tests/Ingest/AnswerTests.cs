using System.Net.Sockets;
using System.Text;
using Cdp.Api.Tests.Support;
using Cdp.Core.Grid;
using Cdp.Core.Identity;
using Cdp.Core.Journal;
using Cdp.Testing.Waiting;

namespace Cdp.Api.Tests.Ingest;

public sealed class AnswerTests : IAsyncLifetime
{
    private const string Batch = """{"batch":[{"type":"track","event":"x","userId":"u1","messageId":"m1"},{"type":"nope","messageId":"m2"},{"type":"identify","userId":"u1","messageId":"m3"}]}""";
    private ApiServer _server = null!;

    public async Task InitializeAsync() => _server = await ApiServer.StartAsync();

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task Outcomes_are_answered_in_the_order_of_the_request()
    {
        await _server.PostAsync("/v1/t", """{"event":"x","userId":"u1","messageId":"m3"}""");

        var answer = await _server.PostAsync("/v1/batch?outcomes=true", Batch, "loader");

        var outcomes = answer.Json.GetProperty("outcomes").EnumerateArray().ToArray();
        Assert.Equal(["m1", "m2", "m3"], outcomes.Select(o => o.GetProperty("messageId").GetString()));
        Assert.Equal(["applied", "rejected", "duplicate"], outcomes.Select(o => o.GetProperty("outcome").GetString()));
        Assert.Equal("unknown_type", outcomes[1].GetProperty("reasons")[0].GetProperty("code").GetString());
        Assert.Equal(System.Text.Json.JsonValueKind.Null, outcomes[1].GetProperty("profileId").ValueKind);
        Assert.True(outcomes[0].GetProperty("profileId").TryGetGuid(out _));
        Assert.Equal(1, answer.Json.GetProperty("rejected").GetArrayLength());
    }

    [Fact]
    public async Task Outcomes_are_for_api_keys_only() =>
        Assert.Equal(403, (await _server.PostAsync("/v1/batch?outcomes=true", Batch, "w1")).Status);

    [Fact]
    public async Task An_event_that_the_engine_rejects_is_listed_with_its_index()
    {
        _server.Grid.OnIngest = events => Task.FromResult(events
            .Select(e => new EventOutcome(e.MessageId, EventStatus.Rejected, null, [new Reason("identifier_blocked", "email:***"), new Reason("erased")]))
            .ToArray());

        var answer = await _server.PostAsync("/v1/batch", Batch);

        Assert.Equal(
            [(1, "unknown_type"), (0, "erased"), (2, "erased")],
            answer.Json.GetProperty("rejected").EnumerateArray().Select(r => (r.GetProperty("index").GetInt32(), r.GetProperty("code").GetString())));
    }

    [Fact]
    public async Task Overload_is_429_with_whole_seconds_and_cors()
    {
        _server.Grid.OnIngest = _ => throw new GridOverloadedException();
        Check(await _server.PostAsync("/v1/batch", Batch), 429, "overloaded");

        _server.Grid.OnIngest = _ => throw new JournalOverloadedException();
        Check(await _server.PostAsync("/v1/batch", Batch), 429, "overloaded");
    }

    [Fact]
    public async Task What_failed_for_our_reasons_is_503_with_whole_seconds_and_cors()
    {
        _server.Grid.OnIngest = _ => throw new GridUnavailableException("disk full");
        Check(await _server.PostAsync("/v1/batch", Batch), 503, "unavailable");

        _server.Grid.OnIngest = events => Task.FromResult(events
            .Select((e, i) => new EventOutcome(e.MessageId, i == 0 ? EventStatus.Applied : EventStatus.Failed, null, []))
            .ToArray());
        Check(await _server.PostAsync("/v1/batch", Batch), 503, "unavailable");
    }

    [Fact]
    public async Task Anything_unexpected_is_500_without_details()
    {
        _server.Grid.OnIngest = _ => throw new InvalidOperationException("email:a@x.com");

        var answer = await _server.PostAsync("/v1/batch", Batch);

        Assert.Equal((500, "internal_error", "*"), (answer.Status, answer.Code, answer.Header("Access-Control-Allow-Origin")));
        Assert.DoesNotContain("a@x.com", answer.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Requests_beyond_the_bound_are_answered_429_at_once()
    {
        await using var server = await ApiServer.StartAsync("""
            {"Cdp":{"Limits":{"MaxRequestsInFlight":1},"Workspaces":{"shop":{"WriteKeys":["w1"]}}}}
            """);
        var entered = new TaskCompletionSource();
        var release = new TaskCompletionSource<EventOutcome[]>();
        server.Grid.OnIngest = _ =>
        {
            entered.TrySetResult();
            return release.Task;
        };
        var first = server.PostAsync("/v1/batch", Batch);
        await entered.Task;

        Check(await server.PostAsync("/v1/batch", Batch), 429, "overloaded");

        release.SetResult([new("m1", EventStatus.Applied, null, []), new("m3", EventStatus.Applied, null, [])]);
        Assert.Equal(200, (await first).Status);
        server.Grid.OnIngest = null;
        Assert.Equal(200, (await server.PostAsync("/v1/batch", Batch)).Status);
    }

    [Fact]
    public async Task Bytes_beyond_the_bound_are_answered_429_at_once()
    {
        var bytes = _server.App.Services.GetIngest().Bytes;
        Assert.True(bytes.TryTake(64 * 1024 * 1024));

        Check(await _server.PostAsync("/v1/batch", Batch), 429, "overloaded");

        bytes.Return(64 * 1024 * 1024);
        Assert.Equal(200, (await _server.PostAsync("/v1/batch", Batch)).Status);
        // A client may have its answer before the server has left the request.
        await Eventually.TrueAsync("all bytes are given back", TimeSpan.FromSeconds(20), () => bytes.Used == 0);
    }

    [Fact]
    public async Task A_key_that_sends_too_fast_is_told_how_long_to_wait()
    {
        await using var server = await ApiServer.StartAsync("""
            {"Cdp":{"Limits":{"RequestsPerSecondPerKey":1,"BurstPerKey":2},"Workspaces":{"shop":{"WriteKeys":["w1","w2"]}}}}
            """);
        var answers = new List<Answer>();
        for (var i = 0; i < 20; i++) answers.Add(await server.PostAsync("/v1/batch", Batch));

        Check(answers.First(a => a.Status != 200), 429, "rate_limited");
        Assert.Equal(200, answers[0].Status);
        Assert.Equal(200, (await server.PostAsync("/v1/batch", Batch, "w2")).Status);
    }

    [Fact]
    public async Task A_client_that_leaves_does_not_stop_its_commit()
    {
        var entered = new TaskCompletionSource();
        var release = new TaskCompletionSource();
        var finished = new TaskCompletionSource();
        _server.Grid.OnIngest = async events =>
        {
            entered.SetResult();
            await release.Task;
            finished.SetResult();
            return [.. events.Select(e => new EventOutcome(e.MessageId, EventStatus.Applied, null, []))];
        };
        using (var socket = new TcpClient(_server.Address.Host, _server.Address.Port))
        {
            await socket.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"POST /v1/batch?writeKey=w1 HTTP/1.1\r\nHost: x\r\nContent-Length: {Batch.Length}\r\n\r\n{Batch}"));
            await entered.Task;
        }

        release.SetResult();
        await finished.Task;
        Assert.Equal(200, (await _server.GetAsync("/v1/rejects")).Status);
    }

    [Fact]
    public async Task Rejects_are_kept_newest_first_and_without_the_events()
    {
        await _server.PostAsync("/v1/batch", Batch, "w2");
        await _server.PostAsync("/v1/t", """{"userId":"secret@x.com"}""");

        var rejects = (await _server.GetAsync("/v1/rejects")).Json.GetProperty("rejects");

        Assert.Equal(["missing_event_name", "unknown_type"], rejects.EnumerateArray().Select(r => r.GetProperty("code").GetString()));
        Assert.Equal(("till", 1, "m2"), (rejects[1].GetProperty("source").GetString(), rejects[1].GetProperty("index").GetInt32(), rejects[1].GetProperty("messageId").GetString()));
        Assert.Equal(("track", "2026-11-22T12:00:00.000Z"), (rejects[0].GetProperty("type").GetString(), rejects[0].GetProperty("at").GetString()));
        Assert.DoesNotContain("secret", rejects.GetRawText(), StringComparison.Ordinal);
        Assert.Equal(1, (await _server.GetAsync("/v1/rejects?limit=1")).Json.GetProperty("rejects").GetArrayLength());
        Assert.Equal(400, (await _server.GetAsync("/v1/rejects?limit=0")).Status);
        Assert.Equal(0, (await _server.GetAsync("/v1/rejects", "oall")).Json.GetProperty("rejects").GetArrayLength());
    }

    [Fact]
    public async Task Rejects_beyond_the_bound_push_the_oldest_out()
    {
        for (var i = 0; i < 11; i++) await _server.PostAsync("/v1/batch", "{\"batch\":[" + string.Join(',', Enumerable.Repeat(i.ToString(System.Globalization.CultureInfo.InvariantCulture), 1_000)) + "]}");

        Assert.Equal(10_000, (await _server.GetAsync("/v1/rejects?limit=10000")).Json.GetProperty("rejects").GetArrayLength());
    }

    private static void Check(Answer answer, int status, string code)
    {
        Assert.Equal((status, code), (answer.Status, answer.Code));
        Assert.True(int.Parse(answer.Header("Retry-After")!, System.Globalization.CultureInfo.InvariantCulture) >= 1);
        Assert.Equal("*", answer.Header("Access-Control-Allow-Origin"));
        Assert.Contains("Retry-After", answer.Header("Access-Control-Expose-Headers"), StringComparison.Ordinal);
        Assert.Equal("application/problem+json", answer.Header("Content-Type"));
    }
}
