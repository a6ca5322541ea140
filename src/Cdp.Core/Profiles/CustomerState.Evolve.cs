using Cdp.Core.Activation.State;
using Cdp.Core.Audiences.Membership;
using Cdp.Core.Events;
using Cdp.Core.Geofences.Tracking;
using Cdp.Core.Identity;
using Cdp.Core.Journal;

namespace Cdp.Core.Profiles;

public sealed partial class CustomerState
{
    /// <summary>Takes in one durable event.</summary>
    /// <param name="version">The record's version, one more than <see cref="Version"/>.</param>
    /// <param name="e">The event; at least one of its identifiers is linked.</param>
    /// <returns>The part that it was folded into.</returns>
    public CustomerId Evolve(long version, CustomerEvent e)
    {
        lock (_gate)
        {
            Advance(version, e.ReceivedAtMs);
            foreach (var identifier in e.Identifiers)
            {
                if (!_links.TryGetValue(identifier, out var link)) SeeListed(identifier, e);
                else if (e.OrderMs > link.LastSeenMs) link.LastSeenMs = e.OrderMs;
            }

            var part = PartFor(e, out var anchor);
            part.Fold(e, anchor);
            return part.Stream;
        }
    }

    /// <summary>Takes in durable decisions.</summary>
    /// <param name="version">The record's version.</param>
    /// <param name="atMs">Unix milliseconds of the decision.</param>
    /// <param name="record">The record.</param>
    public void Evolve(long version, long atMs, DecidedRecord record)
    {
        lock (_gate)
        {
            Advance(version, atMs);
            foreach (var decision in record.Decisions)
            {
                if (decision.Kind == DecisionKind.Shared) Share(decision, version);
                else if (decision.Link is { } fact) Hold(decision.Identifier, fact, new Epoch(Id, version));
                else if (decision.Kind is DecisionKind.Moved or DecisionKind.Evicted or DecisionKind.Expired) _links.Remove(decision.Identifier);
                else if (decision.Kind == DecisionKind.Refused) Remember(decision.Identifier, decision.Code);
            }
        }
    }

    /// <summary>Takes in a durable merge: the loser's parts and identifiers are this customer's from now on.</summary>
    /// <param name="version">The record's version.</param>
    /// <param name="atMs">Unix milliseconds of the decision.</param>
    /// <param name="loser">The loser as of the version that the record names, or of its terminal version right behind. It is surrendered: its parts live on here.</param>
    /// <param name="yieldsUntilMs">See <see cref="AbsorbedRecord.YieldsUntilMs"/>.</param>
    public void Evolve(long version, long atMs, CustomerState loser, long? yieldsUntilMs = null)
    {
        // The loser first and alone: two locks are never held together.
        loser.Surrender();
        lock (_gate)
        {
            Advance(version, atMs);
            foreach (var part in loser.Parts)
            {
                (_otherParts ??= [])[part.Stream] = part;
                if (yieldsUntilMs is { } untilMs) part.Yield(Id, untilMs);
            }

            foreach (var link in loser._links.Values)
            {
                link.Epoch = new Epoch(Id, version);
                _links[link.Identifier] = link;
            }

            TakeOverListed(loser);
            if (!ReferenceEquals(loser.Track, TrackState.Empty)) Track = Track.Merge(loser.Track);
            if (!Activation.IsEmpty || !loser.Activation.IsEmpty) Activation = ActivationState.Join(Activation, loser.Activation);
            _joins ??= [];
            _joins.Add(new(Id, loser.Id, atMs));
            _joins.AddRange(loser.Joins);
            _absorbed ??= [];
            _absorbed.Add((loser.Id, loser.Status == CustomerStatus.Live ? loser.Version + 1 : loser.Version));
            _absorbed.AddRange(loser.Absorbed);
            if (loser._neverMergeWith is not null) (_neverMergeWith ??= []).UnionWith(loser._neverMergeWith);
            // A person may join again what a person has split.
            _neverMergeWith?.RemoveWhere(AnswersFor);
        }
    }

    /// <summary>Takes in durable entries and exits.</summary>
    /// <param name="version">The record's version.</param>
    /// <param name="atMs">Unix milliseconds of the decision.</param>
    /// <param name="record">The record.</param>
    public void Evolve(long version, long atMs, JudgedRecord record)
    {
        lock (_gate)
        {
            Advance(version, atMs);
            (Memberships, JudgedBy) = (record.Memberships, record.By);
        }
    }

    /// <summary>Takes in durable decisions of triggers.</summary>
    /// <param name="version">The record's version.</param>
    /// <param name="atMs">Unix milliseconds of the decision.</param>
    /// <param name="record">The record.</param>
    public void Evolve(long version, long atMs, DecidedActions record)
    {
        lock (_gate)
        {
            Advance(version, atMs);
            Activation = Activation.With(record);
        }
    }

    /// <summary>Takes in where devices stand, durably; the record before it is gone.</summary>
    /// <param name="version">The record's version.</param>
    /// <param name="atMs">Unix milliseconds of the decision.</param>
    /// <param name="track">Where they stand.</param>
    public void Evolve(long version, long atMs, TrackState track)
    {
        lock (_gate)
        {
            Advance(version, atMs);
            (Track, TrackedAt) = (track, version);
        }
    }

    /// <summary>Takes in traits that were written by the API.</summary>
    /// <param name="version">The record's version.</param>
    /// <param name="record">The record.</param>
    public void Evolve(long version, PatchedRecord record)
    {
        lock (_gate)
        {
            Advance(version, record.Origin.OrderMs);
            Own.Patch(record.Traits.Span, record.Origin, record.Rules);
        }
    }

    /// <summary>Ends the stream.</summary>
    /// <param name="version">The record's version.</param>
    /// <param name="atMs">Unix milliseconds of the decision.</param>
    /// <param name="successor">Who absorbed it; null when it was erased.</param>
    public void End(long version, long atMs, CustomerId? successor)
    {
        lock (_gate)
        {
            // The records before an erasure are gone, so that only here a version may be skipped.
            if (successor is null) Version = version - 1;
            Advance(version, atMs);
            Status = successor is null ? CustomerStatus.Erased : CustomerStatus.Merged;
            Successor = successor;
        }
    }

    /// <summary>Passes over events that are not in the stream any more.</summary>
    /// <param name="version">The last of their versions.</param>
    internal void Skip(long version)
    {
        lock (_gate) Version = version;
    }

    private void Surrender()
    {
        lock (_gate)
        {
            _surrendered = true;
            _view = null;
        }
    }

    private void Advance(long version, long atMs)
    {
        if (version != Version + 1) throw new InvalidOperationException($"Version {version} does not follow version {Version} of stream {Id}.");
        Version = version;
        if (atMs > UpdatedAtMs) UpdatedAtMs = atMs;
        _view = null;
    }

    private void Hold(Identifier identifier, LinkFact fact, Epoch epoch)
    {
        var shared = identifier with { Type = StringPool.Shared.Intern(identifier.Type) };
        _links[shared] = new Link
        {
            Identifier = shared,
            Part = fact.Part,
            LinkedAtMs = fact.LinkedAtMs,
            LastSeenMs = fact.LinkedAtMs,
            Source = StringPool.Shared.Intern(fact.Source),
            Epoch = epoch,
            NotBeforeMs = fact.NotBeforeMs,
        };
        Unlist(shared);
        if (fact.Seen is { } seen) PartOf(fact.Part).Seen.AddAll(seen);
    }

    /// <summary>The part that an event folds into: that of its strongest identifier which is linked.</summary>
    private ProfilePart PartFor(CustomerEvent e, out Identifier anchor)
    {
        foreach (var identifier in e.Identifiers)
        {
            if (!_links.TryGetValue(identifier, out var link)) continue;
            anchor = link.Identifier;
            return PartOf(link.Part);
        }

        anchor = default;
        return Own;
    }

    /// <summary>The part that an event which was just taken in was folded into.</summary>
    /// <param name="e">The event.</param>
    /// <returns>The part's stream.</returns>
    internal CustomerId PartOf(CustomerEvent e) => PartFor(e, out _).Stream;

    private ProfilePart PartOf(CustomerId stream) => stream == Id ? Own : _otherParts![stream];

    private void Remember(Identifier identifier, string code)
    {
        if (Remembers(identifier, code)) return;
        _refusals ??= new();
        _refusals.Enqueue((identifier, code));
        if (_refusals.Count > MaxRememberedRefusals) _refusals.Dequeue();
    }
}
