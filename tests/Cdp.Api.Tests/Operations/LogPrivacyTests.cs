using System.Collections.Concurrent;
using System.Text;
using Cdp.Api.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Cdp.Api.Tests.Operations;

public sealed class LogPrivacyTests
{
    [Fact]
    public async Task No_reference_body_or_exception_message_reaches_the_logs()
    {
        await using var server = await ApiServer.StartAsync();
        using var capture = new Capture();
        server.App.Services.GetRequiredService<ILoggerFactory>().AddProvider(capture);
        server.Grid.OnIngest = _ => throw new InvalidOperationException("secret");
        server.Grid.ReadFailure = new FormatException("secret");

        await server.PostAsync("/v1/t", """{"event":"secret","userId":"secret"}""");
        await server.GetAsync("/v1/profiles/user_id:secret");
        await server.GetAsync("/v1/profiles?ref=secret");
        await server.GetAsync("/secret");
        using (var socket = new System.Net.Sockets.TcpClient(server.Address.Host, server.Address.Port))
        {
            await socket.GetStream().WriteAsync(Encoding.ASCII.GetBytes("GET /v1/profiles/\u0001secret HTTP/1.1\r\n\r\n"));
            await new StreamReader(socket.GetStream()).ReadToEndAsync();
        }

        Assert.Equal(2, capture.Lines.Count(l => l.Contains("[2101]", StringComparison.Ordinal)));
        Assert.DoesNotContain(capture.Lines, l => l.Contains("secret", StringComparison.Ordinal));
    }

    private sealed class Capture : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<string> Lines { get; } = new();

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Enqueue($"[{eventId.Id}] {formatter(state, exception)} {exception}");

        public void Dispose()
        {
        }
    }
}
