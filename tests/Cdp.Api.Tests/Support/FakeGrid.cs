using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Text;
using System.Threading.Channels;
using Cdp.Api.Settings;
using Cdp.Core.Activation;
using Cdp.Core.Actors;
using Cdp.Core.Audiences.Membership;
using Cdp.Core.Events;
using Cdp.Core.Geofences.Tracking;
using Cdp.Core.Grid;
using Cdp.Core.Identity;
using Cdp.Core.Journal;
using Cdp.Core.Profiles;

namespace Cdp.Api.Tests.Support;

/// <summary>A grid for tests of the HTTP layer: one profile per strongest identifier, and every answer can be replaced.</summary>
internal sealed class FakeGrid(LiveSettings settings, TimeProvider time) : IGrid
{
    private readonly Lock _gate = new();
    private readonly Dictionary<(string Workspace, string Ref), FakeProfile> _byRef = [];
    private readonly Dictionary<(string Workspace, CustomerId Id), FakeProfile> _byId = [];
    private readonly HashSet<(string Workspace, string MessageId)> _seen = [];
    private int _ids;

    public ConcurrentQueue<(string Workspace, CustomerEvent Event)> Ingested { get; } = new();

    public Func<IReadOnlyList<CustomerEvent>, Task<EventOutcome[]>>? OnIngest { get; set; }

    public string? NotReady { get; set; }

    public Exception? ReadFailure { get; set; }

    public (string Workspace, bool DryRun, bool Suppress)? LastErase { get; private set; }

    public IdentityRules Rules(string workspace) => settings.Rules(workspace);

    public Task<EventOutcome[]> IngestAsync(string workspace, IReadOnlyList<CustomerEvent> events, CancellationToken cancellationToken = default)
    {
        if (OnIngest is { } replaced) return replaced(events);
        return Task.FromResult(events.Select(e => Apply(workspace, e)).ToArray());
    }

    public ValueTask<ProfileView?> GetAsync(string workspace, ProfileRef profile, CancellationToken cancellationToken = default) =>
        ReadFailure is { } failure ? throw failure : new(Find(workspace, profile)?.View);

    public Task<ProfileView?> PatchTraitsAsync(
        string workspace, ProfileRef profile, ReadOnlyMemory<byte> traits, EventSource source, CancellationToken cancellationToken = default)
    {
        if (Find(workspace, profile) is not { } found) return Task.FromResult<ProfileView?>(null);
        lock (_gate) found.Change(Encoding.UTF8.GetString(traits.Span));
        return Task.FromResult<ProfileView?>(found.View);
    }

    public Task<EraseCounts?> EraseAsync(string workspace, ProfileRef profile, bool dryRun, bool suppress, CancellationToken cancellationToken = default)
    {
        LastErase = (workspace, dryRun, suppress);
        if (Find(workspace, profile) is not { } found) return Task.FromResult<EraseCounts?>(null);
        var counts = new EraseCounts(1, found.Identifiers.Count, found.Events.Count);
        lock (_gate)
        {
            if (!dryRun)
            {
                _byId.Remove((workspace, found.Id));
                foreach (var identifier in found.Identifiers) _byRef.Remove((workspace, identifier.Ref));
                found.End();
            }
        }

        return Task.FromResult<EraseCounts?>(counts);
    }

    public Task<MergeOutcome> MergeAsync(
        string workspace, ProfileRef survivor, ProfileRef absorbed, PersonNote note, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException("Tests of merges run over the real engine.");

    public Task<SplitAnswer?> SplitAsync(string workspace, ProfileRef profile, PersonSplit split, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException("Tests of splits run over the real engine.");

    public Task<TimelinePage?> TimelineAsync(
        string workspace, ProfileRef profile, int limit, TimelinePosition? before, long? sinceMs, CancellationToken cancellationToken = default)
    {
        if (Find(workspace, profile) is not { } found) return Task.FromResult<TimelinePage?>(null);
        lock (_gate)
        {
            var rows = found.Events.Select((e, i) => (Event: e, Version: i + 1L))
                .Where(r => sinceMs is null || r.Event.TimeMs >= sinceMs)
                .OrderByDescending(r => r.Event.TimeMs).ThenByDescending(r => r.Version)
                .Where(r => before is not { } b || (r.Event.TimeMs, r.Version).CompareTo((b.TimeMs, b.Version)) < 0)
                .Take(limit + 1).ToArray();
            var last = rows.Length > limit ? rows[limit - 1] : default;
            TimelinePosition? next = rows.Length > limit ? new(last.Event.TimeMs, found.Id, last.Version) : null;
            return Task.FromResult<TimelinePage?>(new([.. rows.Take(limit).Select(r => r.Event)], next));
        }
    }

    public Task<IReadOnlyList<IdentityDecision>?> HistoryAsync(string workspace, ProfileRef profile, CancellationToken cancellationToken = default) =>
        Task.FromResult<IReadOnlyList<IdentityDecision>?>(Find(workspace, profile) is { } found
            ? [.. found.Identifiers.Select(i => new IdentityDecision(0, DecisionKind.Linked, i, null, ReasonCodes.Linked, "m1"))]
            : null);

    public Task<IReadOnlyList<MembershipChange>?> AudienceHistoryAsync(string workspace, ProfileRef profile, CancellationToken cancellationToken = default) =>
        Task.FromResult<IReadOnlyList<MembershipChange>?>(Find(workspace, profile) is null ? null : []);

    public Task<Moved?> MoveAsync(string workspace, ProfileRef profile, IReadOnlyList<Fix> fixes, CancellationToken cancellationToken = default) =>
        Task.FromResult<Moved?>(null);

    public Task<IReadOnlyList<TriggerDecision>?> TriggerDecisionsAsync(
        string workspace, ProfileRef profile, int limit, CancellationToken cancellationToken = default) =>
        Task.FromResult<IReadOnlyList<TriggerDecision>?>(Find(workspace, profile) is null ? null : []);

    public async IAsyncEnumerable<ProfileView> WatchAsync(
        string workspace, ProfileRef profile, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        if (Find(workspace, profile) is not { } found) yield break;
        yield return found.View;
        await foreach (var view in found.Watch().ReadAllAsync(cancellationToken)) yield return view;
    }

    public ValueTask<string?> NotReadyReasonAsync(CancellationToken cancellationToken = default) => new(NotReady);

    private FakeProfile? Find(string workspace, ProfileRef profile)
    {
        lock (_gate)
        {
            if (profile.Id is { } id) return _byId.GetValueOrDefault((workspace, id));
            return profile.Identifier is { } identifier ? _byRef.GetValueOrDefault((workspace, identifier.Ref)) : null;
        }
    }

    private EventOutcome Apply(string workspace, CustomerEvent item)
    {
        lock (_gate)
        {
            Ingested.Enqueue((workspace, item));
            var found = item.Identifiers.Select(i => _byRef.GetValueOrDefault((workspace, i.Ref))).FirstOrDefault(p => p is not null);
            var duplicate = !_seen.Add((workspace, item.MessageId));
            if (found is null)
            {
                found = new FakeProfile(new CustomerId(new Guid(++_ids, 0, 0x7000, 0x80, 0, 0, 0, 0, 0, 0, 0)), workspace, time.GetUtcNow());
                _byId[(workspace, found.Id)] = found;
            }

            foreach (var identifier in item.Identifiers)
            {
                _byRef[(workspace, identifier.Ref)] = found;
                found.Identifiers.Add(identifier);
            }

            if (!duplicate) found.Add(item);
            return new(item.MessageId, duplicate ? EventStatus.Duplicate : EventStatus.Applied, found.Id, [new Reason(ReasonCodes.Created), .. item.LeftOut]);
        }
    }
}

internal sealed class FakeProfile
{
    private readonly Channel<ProfileView> _changes = Channel.CreateUnbounded<ProfileView>();
    private readonly string _workspace;
    private string _traits = "{}";

    public FakeProfile(CustomerId id, string workspace, DateTimeOffset at)
    {
        Id = id;
        _workspace = workspace;
        CreatedAt = at;
        View = Make(0);
    }

    public CustomerId Id { get; }

    public DateTimeOffset CreatedAt { get; }

    public SortedSet<Identifier> Identifiers { get; } = [];

    public List<CustomerEvent> Events { get; } = [];

    public ProfileView View { get; private set; }

    public void Add(CustomerEvent item)
    {
        Events.Add(item);
        Change(item.Traits.IsEmpty ? _traits : Encoding.UTF8.GetString(item.Traits.Span));
    }

    public void Change(string traits)
    {
        _traits = traits;
        View = Make(View.Version + 1);
        _changes.Writer.TryWrite(View);
    }

    public void End() => _changes.Writer.TryComplete();

    public ChannelReader<ProfileView> Watch()
    {
        while (_changes.Reader.TryRead(out _))
        {
            // Only what changes from now on.
        }

        return _changes.Reader;
    }

    private ProfileView Make(long version)
    {
        var identifiers = "[" + string.Join(",", Identifiers.Select(i => $$"""{"type":"{{i.Type}}"}""")) + "]";
        return new ProfileView
        {
            Id = Id,
            Version = version,
            Json = Encoding.UTF8.GetBytes($$"""{"id":"{{Id}}","workspace":"{{_workspace}}","version":{{version}},"identifiers":{{identifiers}},"traits":{{_traits}}}"""),
            TryMakeProvenanceAsync = () => new(version == View.Version ? """{"plan":{"source":"web"}}"""u8.ToArray() : null),
            Streams = [Id],
            Identifiers = [.. Identifiers],
            IdentifiersJson = Encoding.UTF8.GetBytes(identifiers),
            ETag = $"{Id}-{version}",
        };
    }
}
