using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Npgsql;

namespace Cdp.Storage.Tests.Postgres;

/// <summary>What the proxy does when a client sends COMMIT.</summary>
public enum AtCommit
{
    /// <summary>Nothing special.</summary>
    Pass,

    /// <summary>The connection is cut, and the server never sees it.</summary>
    CutBefore,

    /// <summary>The server does it and answers, and the connection is cut before the answer gets through.</summary>
    CutAfter,

    /// <summary>It stays on the way until the proxy is told to pass things on again.</summary>
    Hold,
}

/// <summary>A network of the test's own between a journal and the server, which fails at the one moment that matters.</summary>
internal sealed class CommitProxy : IAsyncDisposable
{
    private static readonly byte[] Commit = "COMMIT\0"u8.ToArray();

    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly NpgsqlConnectionStringBuilder server;
    private readonly CancellationTokenSource stop = new();
    private readonly Task accepting;
    private readonly TaskCompletionSource released = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int mode;

    public CommitProxy(string connectionString)
    {
        server = new(connectionString);
        listener.Start();
        ConnectionString = new NpgsqlConnectionStringBuilder(connectionString) { Port = ((IPEndPoint)listener.LocalEndpoint).Port }.ConnectionString;
        accepting = AcceptAsync();
    }

    /// <summary>The way to the server through the proxy.</summary>
    public string ConnectionString { get; }

    /// <summary>How many commits met what was set.</summary>
    public int Met { get; private set; }

    /// <summary>What happens to the next commit, and to that one only.</summary>
    public AtCommit Next
    {
        set => Volatile.Write(ref mode, (int)value);
    }

    /// <summary>Passes on what is held.</summary>
    public void Release() => released.TrySetResult();

    public async ValueTask DisposeAsync()
    {
        Release();
        await stop.CancelAsync();
        listener.Stop();
        await accepting;
        stop.Dispose();
        listener.Dispose();
    }

    private async Task AcceptAsync()
    {
        var relays = new List<Task>();
        try
        {
            while (true) relays.Add(RelayAsync(await listener.AcceptTcpClientAsync(stop.Token)));
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
        }
        await Task.WhenAll(relays);
    }

    private async Task RelayAsync(TcpClient client)
    {
        using var near = client;
        using var far = new TcpClient { NoDelay = true };
        near.NoDelay = true;
        using var cut = CancellationTokenSource.CreateLinkedTokenSource(stop.Token);
        try
        {
            await far.ConnectAsync(IPAddress.Loopback, server.Port, cut.Token);
            var swallow = new StrongBox<bool>();
            await Task.WhenAny(
                OutAsync(near.GetStream(), far.GetStream(), swallow, cut.Token), BackAsync(far.GetStream(), near.GetStream(), swallow, cut.Token));
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException)
        {
        }
        await cut.CancelAsync();
    }

    private async Task OutAsync(NetworkStream near, NetworkStream far, StrongBox<bool> swallow, CancellationToken cancellationToken)
    {
        var buffer = new byte[64 * 1024];
        int count;
        while ((count = await near.ReadAsync(buffer, cancellationToken)) > 0)
        {
            var isCommit = buffer.AsSpan(0, count).IndexOf(Commit) >= 0;
            var now = isCommit ? (AtCommit)Interlocked.Exchange(ref mode, (int)AtCommit.Pass) : AtCommit.Pass;
            if (now != AtCommit.Pass) Met++;
            if (now == AtCommit.CutBefore) return;
            if (now == AtCommit.CutAfter) Volatile.Write(ref swallow.Value, true);
            if (now == AtCommit.Hold) await released.Task.WaitAsync(cancellationToken);
            await far.WriteAsync(buffer.AsMemory(0, count), cancellationToken);
        }
    }

    private async Task BackAsync(NetworkStream far, NetworkStream near, StrongBox<bool> swallow, CancellationToken cancellationToken)
    {
        var buffer = new byte[64 * 1024];
        int count;
        while ((count = await far.ReadAsync(buffer, cancellationToken)) > 0)
        {
            if (Volatile.Read(ref swallow.Value)) return;
            await near.WriteAsync(buffer.AsMemory(0, count), cancellationToken);
        }
    }
}
