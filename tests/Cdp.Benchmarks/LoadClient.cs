using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace Cdp.Benchmarks;

/// <summary>
/// A load of keep-alive connections in a process of its own, on raw sockets: the client must cost as little as it can, because it shares the
/// processors with the server. Each connection sends the requests of a file in turn and waits for each answer.
/// </summary>
internal static class LoadClient
{
    /// <summary>What a run found, and what it took of the processors itself.</summary>
    public sealed record Result(double RequestsPerSecond, double P50Ms, double P99Ms, long Requests, long Failures, double ProcessorSeconds);

    /// <summary>Runs the client in a process of its own.</summary>
    /// <param name="port">The server's port on loopback.</param>
    /// <param name="connections">Connections.</param>
    /// <param name="duration">How long to send; zero to send each request once.</param>
    /// <param name="requests">Whole HTTP requests; connection i sends every n-th from i.</param>
    /// <param name="once">True to end when each request was sent once, even before the time is over.</param>
    public static async Task<Result> MeasureAsync(int port, int connections, TimeSpan duration, IReadOnlyList<byte[]> requests, bool once = false)
    {
        var file = Path.GetTempFileName();
        await using (var output = new BinaryWriter(File.Create(file)))
        {
            foreach (var request in requests)
            {
                output.Write(request.Length);
                output.Write(request);
            }
        }

        var info = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true };
        foreach (var arg in new[] { typeof(LoadClient).Assembly.Location, "load", $"{port}", $"{connections}", $"{duration.TotalSeconds}", file, $"{once}" })
            info.ArgumentList.Add(arg);
        if (Path.GetFileNameWithoutExtension(info.FileName) != "dotnet") info.ArgumentList.RemoveAt(0);
        using var process = Process.Start(info)!;
        var text = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        File.Delete(file);
        return JsonSerializer.Deserialize<Result>(text)!;
    }

    public static byte[] Request(string method, string path, string authorization, byte[]? body = null)
    {
        var head = $"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: {authorization}\r\nContent-Length: {body?.Length ?? 0}\r\n\r\n";
        return [.. Encoding.ASCII.GetBytes(head), .. body ?? []];
    }

    public static async Task<int> RunAsync(string[] args)
    {
        var (port, connections, seconds) = (int.Parse(args[0]), int.Parse(args[1]), double.Parse(args[2]));
        var once = seconds == 0 || bool.Parse(args[4]);
        var requests = new List<byte[]>();
        using (var input = new BinaryReader(File.OpenRead(args[3])))
        {
            while (input.BaseStream.Position < input.BaseStream.Length) requests.Add(input.ReadBytes(input.ReadInt32()));
        }

        var clock = Stopwatch.StartNew();
        var results = await Task.WhenAll(Enumerable.Range(0, connections).Select(c => Task.Run(() => DriveAsync(port, c, connections, seconds, once, requests, clock))));
        var elapsed = clock.Elapsed.TotalSeconds;
        var times = results.SelectMany(r => r.Times).Order().ToArray();
        Console.WriteLine(JsonSerializer.Serialize(new Result(
            times.Length / elapsed,
            times[times.Length / 2] * 1000,
            times[(int)(times.Length * 0.99)] * 1000,
            times.Length,
            results.Sum(r => r.Failures),
            Environment.CpuUsage.TotalTime.TotalSeconds)));
        return 0;
    }

    private static async Task<(List<double> Times, long Failures)> DriveAsync(
        int port, int first, int step, double seconds, bool once, List<byte[]> requests, Stopwatch clock)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, port);
        var buffer = new byte[256 * 1024];
        var times = new List<double>(100_000);
        var failures = 0L;
        for (var i = first; (seconds == 0 || clock.Elapsed.TotalSeconds < seconds) && (!once || i < requests.Count); i += step)
        {
            var started = clock.Elapsed.TotalSeconds;
            await socket.SendAsync(requests[i % requests.Count]);
            if (await ReceiveAsync(socket, buffer) != 200) failures++;
            times.Add(clock.Elapsed.TotalSeconds - started);
        }

        return (times, failures);
    }

    /// <summary>Reads one answer with a Content-Length and returns its status.</summary>
    private static async ValueTask<int> ReceiveAsync(Socket socket, byte[] buffer)
    {
        var length = 0;
        var end = -1;
        while (end < 0)
        {
            var read = await socket.ReceiveAsync(buffer.AsMemory(length));
            if (read == 0) throw new IOException("The server closed the connection.");
            length += read;
            end = buffer.AsSpan(0, length).IndexOf("\r\n\r\n"u8);
        }

        var head = buffer.AsSpan(0, end + 2);
        var status = int.Parse(head.Slice(9, 3));
        var at = head.IndexOf("Content-Length: "u8) + 16;
        var body = int.Parse(head[at..(at + head[at..].IndexOf("\r\n"u8))]);
        for (var missing = end + 4 + body - length; missing > 0;) missing -= await socket.ReceiveAsync(buffer.AsMemory(0, Math.Min(missing, buffer.Length)));
        return status;
    }
}
