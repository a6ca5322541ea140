using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using Cdp.Silo.Tests.Clients;

namespace Cdp.Silo.Tests.Reads;

/// <summary>Every read of all clients, and the times in which the membership was stable.</summary>
internal sealed class ReadHistory
{
    private readonly ConcurrentQueue<ReadOperation> _reads = new();
    private readonly List<(long From, long To)> _stable = [];
    private long _stableSince = long.MaxValue;

    public IReadOnlyCollection<ReadOperation> Reads => _reads;

    /// <summary>Reads that began and ended while the membership was stable.</summary>
    public IEnumerable<ReadOperation> StableReads => _reads.Where(r => _stable.Exists(s => r.InvokedAt >= s.From && r.EndedAt <= s.To));

    /// <summary>From now on the membership is stable.</summary>
    public void BeginStable() => _stableSince = Stopwatch.GetTimestamp();

    /// <summary>From now on it is not.</summary>
    public void EndStable()
    {
        if (_stableSince != long.MaxValue) _stable.Add((_stableSince, Stopwatch.GetTimestamp()));
        _stableSince = long.MaxValue;
    }

    /// <summary>Reads once and takes down what came of it.</summary>
    public async Task<ReadOperation> ReadAsync(IReadClient client, string reference)
    {
        var invoked = Stopwatch.GetTimestamp();
        HttpStatusCode? status = null;
        ProfileAnswer? profile = null;
        try
        {
            (status, profile) = await client.ReadAsync(reference);
        }
        catch (Exception error) when (error is HttpRequestException or IOException or OperationCanceledException)
        {
            // No answer.
        }

        var read = new ReadOperation(
            client.Name, reference, invoked, Stopwatch.GetTimestamp(), status, profile?.Id, profile?.Version ?? 0, profile?.EventCount ?? 0);
        _reads.Enqueue(read);
        return read;
    }
}
