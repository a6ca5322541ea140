using System.Collections.Concurrent;
using Cdp.Api.Auth;
using Cdp.Core.Events;

namespace Cdp.Api.Ingest;

/// <summary>One kept reject. Never the event itself.</summary>
internal sealed record KeptReject(
    DateTimeOffset At, string Source, int Index, string? MessageId, EventType? Type, string Code, string? Detail);

/// <summary>The latest rejects of each workspace, in memory.</summary>
internal sealed class RejectLog
{
    public const int Capacity = 10_000;

    private readonly ConcurrentDictionary<string, Ring> _rings = new(StringComparer.Ordinal);

    public void Add(KeyEntry key, DateTimeOffset at, IReadOnlyList<RejectedEvent> rejects)
    {
        if (rejects.Count == 0) return;
        var ring = _rings.GetOrAdd(key.Workspace, _ => new Ring());
        lock (ring)
        {
            foreach (var r in rejects)
            {
                ring.Rejects[ring.Count++ % Capacity] =
                    new KeptReject(at, key.Source.Name, r.Index, r.MessageId, r.Type, r.Reason.Code, r.Reason.Detail);
            }
        }
    }

    /// <summary>The latest rejects, newest first.</summary>
    public IReadOnlyList<KeptReject> Newest(string workspace, int limit)
    {
        if (!_rings.TryGetValue(workspace, out var ring)) return [];
        lock (ring)
        {
            var count = (int)Math.Min(Math.Min(ring.Count, Capacity), limit);
            var newest = new KeptReject[count];
            for (var i = 0; i < count; i++) newest[i] = ring.Rejects[(ring.Count - 1 - i) % Capacity];
            return newest;
        }
    }

    private sealed class Ring
    {
        public readonly KeptReject[] Rejects = new KeptReject[Capacity];
        public long Count;
    }
}
