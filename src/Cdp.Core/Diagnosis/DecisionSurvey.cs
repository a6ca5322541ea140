using System.Runtime.CompilerServices;
using Cdp.Core.Identity;
using Cdp.Core.Journal;
using Cdp.Core.Profiles;

namespace Cdp.Core.Diagnosis;

/// <summary>Counts what was decided about identifiers and how many profiles were absorbed, over the whole store and in bounded memory, as <see cref="OwnerSurvey"/> does.</summary>
internal sealed class DecisionSurvey(IJournalMaintenance store, string workspace, int atLeast)
{
    private const int PageRows = 1_000;
    private const int MaxCandidates = 200_000;
    private const int MaxProfiles = 2_000_000;

    private readonly HashCounters _contested = new();

    /// <summary>Customers that absorbed many themselves, with how many.</summary>
    public List<(CustomerId Profile, int Absorbed)> Survivors { get; } = [];

    public List<JoiningValue> JoiningValues { get; } = [];

    public long RowsRead { get; private set; }

    /// <summary>False when there were more candidates than are counted at a time.</summary>
    public bool IsComplete { get; private set; } = true;

    /// <summary>Looks at all of it. When it is cancelled, survivors that were passed are in the list.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var absorbed = 0;
        CustomerId? stream = null;
        await foreach (var row in RowsAsync(cancellationToken))
        {
            RowsRead++;
            if (row.Stream != stream) Survivor();
            stream = row.Stream;
            if (row.Kind == RecordKind.Absorbed) absorbed++;
            else foreach (var decision in Contests(row)) _contested.Add(decision.Identifier.GetHashCode());
        }

        Survivor();

        // A decision is between two profiles at most.
        var threshold = (atLeast + 1) / 2;
        if (_contested.AnyMayReach(threshold)) await CountAsync(threshold, cancellationToken);

        void Survivor()
        {
            if (absorbed >= atLeast) Survivors.Add((stream!.Value, absorbed));
            absorbed = 0;
        }
    }

    private static IEnumerable<Decision> Contests(JournalRow row) =>
        RecordCodec.ReadDecided(row.Body).Decisions.Where(d => d.Kind is DecisionKind.Moved or DecisionKind.Refused or DecisionKind.Shared);

    private async Task CountAsync(int threshold, CancellationToken cancellationToken)
    {
        var tallies = new Dictionary<Identifier, Tally>();
        var profiles = 0;
        await foreach (var row in RowsAsync(cancellationToken))
        {
            if (row.Kind != RecordKind.Decided) continue;
            foreach (var decision in Contests(row))
            {
                if (!_contested.MayReach(decision.Identifier.GetHashCode(), threshold)) continue;
                if (!tallies.TryGetValue(decision.Identifier, out var tally))
                {
                    if (tallies.Count == MaxCandidates || profiles > MaxProfiles)
                    {
                        IsComplete = false;
                        continue;
                    }

                    tallies.Add(decision.Identifier, tally = new Tally());
                }

                profiles += tally.Add(row.Stream, decision);
            }
        }

        foreach (var (identifier, tally) in tallies)
            if (tally.Profiles.Count >= atLeast) JoiningValues.Add(new(identifier, tally.Profiles.Count, tally.Moved, tally.Refused, tally.Shared));
    }

    private async IAsyncEnumerable<JournalRow> RowsAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        RecordPlace? after = null;
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var page = await store.WalkDecisionsAsync(workspace, after, PageRows, cancellationToken);
            foreach (var row in page) yield return row;
            if (page.Count < PageRows) yield break;
            after = new(page[^1].Stream, page[^1].Version);
        }
    }

    private sealed class Tally
    {
        public HashSet<CustomerId> Profiles { get; } = [];

        public int Moved { get; private set; }

        public int Refused { get; private set; }

        public int Shared { get; private set; }

        /// <summary>Takes a decision in.</summary>
        /// <returns>How many profiles are new.</returns>
        public int Add(CustomerId stream, Decision decision)
        {
            // Both sides record a move and a share; the side that gains has the link.
            if (decision.Kind == DecisionKind.Moved && decision.Link is not null) Moved++;
            if (decision.Kind == DecisionKind.Refused) Refused++;
            if (decision.Kind == DecisionKind.Shared && decision is { Link: not null, Other: not null }) Shared++;
            var added = Profiles.Add(stream) ? 1 : 0;
            return decision.Other is { } other && Profiles.Add(other) ? added + 1 : added;
        }
    }
}
