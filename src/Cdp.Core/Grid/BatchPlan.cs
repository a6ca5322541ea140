using Cdp.Core.Actors;
using Cdp.Core.Events;
using Cdp.Core.Identity;

namespace Cdp.Core.Grid;

/// <summary>
/// Splits the events of one request into chains: events that share an identifier, directly or over others, are in one chain and keep their order;
/// different chains have nothing in common and may run in parallel.
/// </summary>
internal static class BatchPlan
{
    /// <summary>The chains, each a list of places in the batch in ascending order.</summary>
    public static IReadOnlyList<List<int>> Chains(IdentityRules rules, IReadOnlyList<CustomerEvent> events)
    {
        if (events.Count == 1) return [[0]];
        var firstWith = new Dictionary<Identifier, int>(events.Count * 2);
        var parent = new int[events.Count];
        for (var i = 0; i < events.Count; i++)
        {
            parent[i] = i;
            foreach (var identifier in events[i].Identifiers)
            {
                Connect(identifier, i);
                foreach (var partner in rules.Links.Of(identifier)) Connect(partner, i);
            }

            // What the previous id is known as is not known yet; another event of the batch can name it as any of these.
            foreach (var identifier in AliasCandidates.Of(rules, events[i])) Connect(identifier, i);
        }

        var chains = new List<List<int>>();
        var chainOf = new Dictionary<int, List<int>>(events.Count);
        for (var i = 0; i < events.Count; i++)
        {
            var root = Root(i);
            if (!chainOf.TryGetValue(root, out var chain))
            {
                chainOf.Add(root, chain = []);
                chains.Add(chain);
            }

            chain.Add(i);
        }

        return chains;

        void Connect(Identifier identifier, int i)
        {
            if (firstWith.TryGetValue(identifier, out var first)) parent[Root(i)] = Root(first);
            else firstWith.Add(identifier, i);
        }

        int Root(int i)
        {
            while (parent[i] != i) i = parent[i] = parent[parent[i]];
            return i;
        }
    }

    /// <summary>The runs of a chain: neighbours with one anchor, which are one call and one unit.</summary>
    public static IEnumerable<List<int>> Runs(IReadOnlyList<CustomerEvent> events, List<int> chain)
    {
        List<int> run = [chain[0]];
        for (var i = 1; i < chain.Count; i++)
        {
            if (events[chain[i]].Identifiers[0] != events[run[0]].Identifiers[0])
            {
                yield return run;
                run = [];
            }

            run.Add(chain[i]);
        }

        yield return run;
    }
}
