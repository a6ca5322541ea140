using System.Net.Sockets;
using System.Text;
using Cdp.Testing;
using Cdp.Testing.Waiting;
using Xunit.Abstractions;

namespace Cdp.Standalone.Tests.Processes;

[Collection(ProcessesCollection.Name)]
public sealed class GracefulStopTests(ITestOutputHelper output) : IDisposable
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(20);

    private readonly ScratchFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [SignalFact]
    public async Task A_stop_under_load_answers_what_is_in_flight_and_loses_nothing()
    {
        var seed = Seeds.Next(output);
        var (people, history) = (new People { Count = 100 }, new History());
        await using (var server = await TestedServer.StartAsync(_folder.Data))
        {
            var running = new Load(people, history, seed).RunAsync(server.Url, 8, CancellationToken.None);
            await Eventually.TrueAsync("the load runs", Bound, () => history.AckedBatches > 100);
            var inFlight = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => HalfRequest.StartAsync(server.Url, people.NextPage("in-flight"))));
            using var readiness = await PartialGet.StartAsync(server.Url, "/health/ready");

            server.Terminate();
            await Eventually.TrueAsync("no new connection is taken", Bound, () => RefusesAsync(server.Url));
            Assert.Contains("503", await readiness.FinishAsync(), StringComparison.Ordinal);
            foreach (var request in inFlight)
            {
                Assert.Contains("200 OK", await request.FinishAsync(), StringComparison.Ordinal);
                request.Event.Acknowledge("applied", null);
                history.Remember(request.Event);
                request.Dispose();
            }

            var exit = await server.ExitAsync(Bound);
            Assert.True(exit is { Code: 0, Errors: "" }, $"{exit.Code}: {exit.Errors}");
            await running;
        }

        await using var again = await TestedServer.StartAsync(_folder.Data);
        using var client = new GridClient(again.Url);
        var audit = await Audit.OfAsync(client, history);
        output.WriteLine(audit.ToString());
        Assert.True(audit.Violations.Count == 0, audit.Report());
        Assert.True(audit.FoundUnacked == 0, $"What was done was answered: {audit}");
    }

    [SignalFact]
    public async Task A_client_that_never_finishes_its_request_does_not_hold_up_the_stop_beyond_its_bound()
    {
        await using var server = await TestedServer.StartAsync(_folder.Data, _folder.Config("""{"Cdp":{"ShutdownSeconds":2}}"""));
        using var endless = await HalfRequest.StartAsync(server.Url, new People().NextPage("endless"));
        Assert.Equal(0, (await server.StopAsync(Bound)).Code);
    }

    [SignalFact]
    public async Task An_open_profile_stream_ends_with_the_server()
    {
        await using var server = await TestedServer.StartAsync(_folder.Data);
        using var client = new GridClient(server.Url);
        await new History().SendAsync(client, [new People().NextPage("watched")]);
        using var stream = await PartialGet.StartAsync(server.Url, "/v1/profiles/anonymous_id%3Awatched/stream", "Authorization: Bearer dev\r\n\r\n");
        await stream.ReadUntilAsync("watched");
        Assert.Equal(0, (await server.StopAsync(Bound)).Code);
    }

    private static async Task<bool> RefusesAsync(Uri url)
    {
        using var socket = new TcpClient();
        try
        {
            await socket.ConnectAsync(url.Host, url.Port);
            return false;
        }
        catch (SocketException)
        {
            return true;
        }
    }

    /// <summary>A request whose handler runs and waits for the rest of the body.</summary>
    private sealed class HalfRequest(TcpClient socket, SentEvent sent, string rest) : IDisposable
    {
        public SentEvent Event => sent;

        public static async Task<HalfRequest> StartAsync(Uri url, SentEvent e)
        {
            var body = "{\"batch\":[" + e.Json + "]}";
            var socket = new TcpClient();
            await socket.ConnectAsync(url.Host, url.Port);
            await WriteAsync(socket, $"POST /v1/batch HTTP/1.1\r\nHost: {url.Authority}\r\nAuthorization: Bearer dev\r\nContent-Length: {body.Length}\r\nExpect: 100-continue\r\n\r\n");
            // The server asks for the body when the handler begins to read it.
            await ReadUntilAsync(socket, "100 Continue");
            await WriteAsync(socket, body[..10]);
            return new HalfRequest(socket, e, body[10..]);
        }

        public async Task<string> FinishAsync()
        {
            await WriteAsync(socket, rest);
            return await ReadUntilAsync(socket, "success");
        }

        public void Dispose() => socket.Dispose();
    }

    /// <summary>A GET on a connection that is in use: what a health checker with an open connection would send.</summary>
    private sealed class PartialGet(TcpClient socket) : IDisposable
    {
        public static async Task<PartialGet> StartAsync(Uri url, string path, string headers = "")
        {
            var socket = new TcpClient();
            await socket.ConnectAsync(url.Host, url.Port);
            // A connection that still waits to be accepted is reset when the server stops to listen; the answer to a first request says that it does not wait any more.
            await WriteAsync(socket, $"GET /health/live HTTP/1.1\r\nHost: {url.Authority}\r\n\r\nGET {path} HTTP/1.1\r\nHost: {url.Authority}\r\n{headers}");
            await GracefulStopTests.ReadUntilAsync(socket, "status");
            return new PartialGet(socket);
        }

        public async Task<string> FinishAsync()
        {
            await WriteAsync(socket, "\r\n");
            return await ReadUntilAsync("status");
        }

        public Task<string> ReadUntilAsync(string text) => GracefulStopTests.ReadUntilAsync(socket, text);

        public void Dispose() => socket.Dispose();
    }

    private static ValueTask WriteAsync(TcpClient socket, string text) => socket.GetStream().WriteAsync(Encoding.ASCII.GetBytes(text));

    private static async Task<string> ReadUntilAsync(TcpClient socket, string text)
    {
        using var bound = new CancellationTokenSource(Bound);
        var read = new StringBuilder();
        var buffer = new byte[4_096];
        while (!read.ToString().Contains(text, StringComparison.Ordinal))
        {
            var count = await socket.GetStream().ReadAsync(buffer, bound.Token);
            if (count == 0) throw new IOException($"The server hung up before \"{text}\": {read}");
            read.Append(Encoding.ASCII.GetString(buffer, 0, count));
        }

        return read.ToString();
    }
}
