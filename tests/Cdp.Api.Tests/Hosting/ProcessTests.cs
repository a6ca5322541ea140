using System.Diagnostics;
using System.Net.Http.Headers;
using System.Runtime.InteropServices;
using System.Text;

namespace Cdp.Api.Tests.Hosting;

/// <summary>The real process: what it prints, how it stops, and what it keeps.</summary>
public sealed class ProcessTests : IDisposable
{
    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("cdp-process-");

    public void Dispose() => _data.Delete(recursive: true);

    [Fact]
    public async Task A_stop_by_signal_is_graceful_and_keeps_what_was_answered()
    {
        using (var first = await StartAsync())
        {
            Assert.Contains($"data in {_data.FullName}", first.Line, StringComparison.Ordinal);
            var answer = await first.Client.PostAsync("/v1/t", new StringContent("""{"event":"x","userId":"u1"}"""));
            Assert.True(answer.IsSuccessStatusCode);

            // The directory is taken.
            using var second = Run();
            Assert.Contains("Another process has this journal open", await second.StandardError.ReadToEndAsync(), StringComparison.Ordinal);
            await second.WaitForExitAsync();
            Assert.Equal(1, second.ExitCode);

            Assert.Equal(0, await first.TerminateAsync());
        }

        using var again = await StartAsync();
        Assert.True((await again.Client.GetAsync("/v1/profiles/user_id:u1")).IsSuccessStatusCode);
        Assert.Equal(0, await again.TerminateAsync());
    }

    [Fact]
    public async Task A_request_in_flight_is_finished_before_the_process_ends()
    {
        using var server = await StartAsync();
        var body = new SlowBody("""{"event":"x",""", "\"userId\":\"u2\"}");
        var request = server.Client.PostAsync("/v1/t", body);
        await body.FirstSent.Task;
        // The server has the request once another one that came later is answered.
        await server.Client.GetAsync("/health/live");

        var exit = server.TerminateAsync();
        while (await IsListeningAsync(server.Client.BaseAddress!)) await Task.Yield();
        body.Release.SetResult();

        Assert.True((await request).IsSuccessStatusCode);
        Assert.Equal(0, await exit);
    }

    private static async Task<bool> IsListeningAsync(Uri address)
    {
        try
        {
            using var socket = new System.Net.Sockets.TcpClient();
            await socket.ConnectAsync(address.Host, address.Port);
            return true;
        }
        catch (System.Net.Sockets.SocketException)
        {
            return false;
        }
    }

    private async Task<Server> StartAsync()
    {
        var process = Run();
        var line = await process.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(60)) ?? await process.StandardError.ReadToEndAsync();
        Assert.StartsWith("Cdp.Grains ", line, StringComparison.Ordinal);
        return new Server(process, line);
    }

    private Process Run() => Process.Start(new ProcessStartInfo("dotnet",
        [Path.Combine(AppContext.BaseDirectory, "Cdp.Standalone.dll"), "--urls", "http://127.0.0.1:0", "--data", _data.FullName])
    {
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    })!;

    private sealed class Server : IDisposable
    {
        private readonly Process _process;

        public Server(Process process, string line)
        {
            (_process, Line) = (process, line);
            Client = new HttpClient { BaseAddress = new Uri(line.Split(' ')[4].TrimEnd(',')) };
            Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "dev");
        }

        public string Line { get; }

        public HttpClient Client { get; }

        public async Task<int> TerminateAsync()
        {
            Assert.Equal(0, Kill(_process.Id, 15));
            await _process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(60));
            return _process.ExitCode;
        }

        public void Dispose()
        {
            Client.Dispose();
            if (!_process.HasExited) _process.Kill();
            _process.Dispose();
        }

        [DllImport("libc", EntryPoint = "kill")]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        private static extern int Kill(int pid, int signal);
    }

    private sealed class SlowBody(string first, string second) : HttpContent
    {
        public TaskCompletionSource FirstSent { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Release { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        protected override async Task SerializeToStreamAsync(Stream stream, System.Net.TransportContext? context)
        {
            await stream.WriteAsync(Encoding.UTF8.GetBytes(first));
            await stream.FlushAsync();
            FirstSent.SetResult();
            await Release.Task;
            await stream.WriteAsync(Encoding.UTF8.GetBytes(second));
        }

        protected override bool TryComputeLength(out long length)
        {
            length = -1;
            return false;
        }
    }
}
