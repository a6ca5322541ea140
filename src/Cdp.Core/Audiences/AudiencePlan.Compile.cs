using System.Buffers.Binary;
using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text;
using Cdp.Core.Audiences.Computed;
using Cdp.Core.Audiences.Definitions;
using Cdp.Core.Audiences.Events;
using Cdp.Core.Audiences.Rules;
using Cdp.Core.Audiences.State;

namespace Cdp.Core.Audiences;

/// <summary>A problem of one definition of a plan.</summary>
/// <param name="IsComputed">Whether the definition is a computed trait; else an audience.</param>
/// <param name="Index">Its place in what was given.</param>
/// <param name="Problem">What is wrong.</param>
public sealed record PlanProblem(bool IsComputed, int Index, DefinitionProblem Problem);

/// <summary>The outcome of <see cref="AudiencePlan.Compile"/>.</summary>
/// <param name="Plan">The plan; null when there are problems.</param>
/// <param name="Problems">What is wrong, over all definitions.</param>
public sealed record CompiledPlan(AudiencePlan? Plan, IReadOnlyList<PlanProblem> Problems);

public sealed partial class AudiencePlan
{
    /// <summary>How deep audiences may stand within audiences.</summary>
    public const int MaxNesting = 16;

    /// <summary>Compiles all definitions of a workspace.</summary>
    /// <param name="computed">The computed traits.</param>
    /// <param name="audiences">The audiences.</param>
    /// <returns>The plan, or everything that is wrong.</returns>
    public static CompiledPlan Compile(IReadOnlyList<DefinitionSource> computed, IReadOnlyList<DefinitionSource> audiences) => CompileWith(computed, audiences, []);

    /// <summary>
    /// Compiles all definitions of a workspace together with rules that are judged only when somebody asks (<see cref="Holds"/>): what they read of events is kept
    /// as for audiences, and no event has them judged.
    /// </summary>
    /// <param name="computed">The computed traits.</param>
    /// <param name="audiences">The audiences.</param>
    /// <param name="conditions">The rules. What they refer to and is not there is noted where they were read.</param>
    /// <returns>The plan, or everything that is wrong with computed traits and audiences.</returns>
    internal static CompiledPlan CompileWith(IReadOnlyList<DefinitionSource> computed, IReadOnlyList<DefinitionSource> audiences, IReadOnlyList<Rule> conditions)
    {
        List<PlanProblem> problems = [];
        List<List<DefinitionProblem>> notes = [];
        var traits = ReadAll(computed, true, problems, notes, ComputedTraitReader.Read);
        var definitions = ReadAll(audiences, false, problems, notes, AudienceDefinition.Read);
        for (var i = 0; i < traits.Length; i++) traits[i]?.Version = computed[i].Version;
        for (var i = 0; i < definitions.Length; i++) definitions[i]?.Version = audiences[i].Version;

        var computedById = ById(traits, t => t.Id, true, problems).ToDictionary(p => p.Key, p => traits[p.Value]!, StringComparer.Ordinal);
        var audienceById = ById(definitions, d => d.Id, false, problems);
        var links = new RuleLinks(computedById, audienceById);
        var audienceNotes = notes.Skip(computed.Count).ToArray();
        for (var i = 0; i < definitions.Length; i++)
        {
            var before = audienceNotes[i].Count;
            definitions[i]?.Rule.Link(links);
            problems.AddRange(audienceNotes[i].Skip(before).Select(p => new PlanProblem(false, i, p)));
        }

        foreach (var condition in conditions) condition.Link(links);
        var reads = definitions.Select(Describe).ToArray();
        FindCycles(reads, audienceById, problems);
        return problems.Count > 0 ? new(null, problems) : new(Build(definitions!, traits!, reads, audienceById, conditions), []);
    }

    /// <summary>What an audience reads, for people who ask why it has changed.</summary>
    /// <param name="audience">Its place in <see cref="Audiences"/>.</param>
    /// <returns>The names that it reads itself; what the audiences that it names read is theirs.</returns>
    public AudienceReads ReadsOf(int audience)
    {
        var reads = Describe(Audiences[audience]);
        return new(
            [.. reads.Traits], [.. reads.Computed], [.. reads.Events], [.. reads.IdentifierTypes], [.. reads.Purposes], [.. reads.Audiences], reads.Position);
    }

    private static T?[] ReadAll<T>(
        IReadOnlyList<DefinitionSource> sources, bool isComputed, List<PlanProblem> problems, List<List<DefinitionProblem>> notes, Func<Node, T?> read)
        where T : class
    {
        var all = new T?[sources.Count];
        for (var i = 0; i < all.Length; i++)
        {
            List<DefinitionProblem> own = [];
            using var document = DefinitionReader.Open(sources[i].Json, own);
            if (document is not null) all[i] = read(new(document.RootElement, "$", own));
            if (own.Count > 0) all[i] = null;
            problems.AddRange(own.Select(p => new PlanProblem(isComputed, i, p)));
            notes.Add(own);
        }

        return all;
    }

    private static Dictionary<string, int> ById<T>(T?[] all, Func<T, string> idOf, bool isComputed, List<PlanProblem> problems)
        where T : class
    {
        var byId = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < all.Length; i++)
        {
            if (all[i] is { } one && !byId.TryAdd(idOf(one), i))
                problems.Add(new(isComputed, i, new("$.id", ProblemCodes.DuplicateId, "an id that no other definition has")));
        }

        return byId;
    }

    private static RuleReads Describe(AudienceDefinition? definition)
    {
        var reads = new RuleReads();
        definition?.Rule.Describe(reads);
        return reads;
    }

    private static void FindCycles(RuleReads[] reads, Dictionary<string, int> byId, List<PlanProblem> problems)
    {
        var depths = new int[reads.Length];
        for (var i = 0; i < reads.Length; i++)
        {
            if (DepthOf(i, []) is var depth && depth <= MaxNesting) continue;
            problems.Add(new(false, i, depth == int.MaxValue
                ? new("$.rule", ProblemCodes.Cycle, "audiences that do not name each other in a circle")
                : new("$.rule", ProblemCodes.TooDeep, $"at most {MaxNesting} audiences within each other")));
        }

        int DepthOf(int at, HashSet<int> above)
        {
            if (depths[at] != 0) return depths[at];
            if (!above.Add(at)) return int.MaxValue;
            var deepest = 0;
            foreach (var id in reads[at].Audiences)
            {
                if (byId.TryGetValue(id, out var inner)) deepest = Math.Max(deepest, DepthOf(inner, above));
            }

            above.Remove(at);
            return depths[at] = deepest == int.MaxValue ? deepest : deepest + 1;
        }
    }

    private static AudiencePlan Build(
        AudienceDefinition[] audiences, ComputedTrait[] computed, RuleReads[] own, Dictionary<string, int> byId, IReadOnlyList<Rule> conditions)
    {
        var accumulators = new Dictionary<ulong, (Accumulator Accumulator, SortedSet<int> Audiences)>();
        var traits = new Dictionary<byte[], SortedSet<int>>(Utf8Comparer.Instance);
        SortedSet<int> identifiers = [], consent = [];
        foreach (var accumulator in computed.SelectMany(c => c.Accumulators)) Readers(accumulator);
        foreach (var condition in conditions)
        {
            var reads = new RuleReads();
            condition.Describe(reads);
            foreach (var accumulator in reads.Accumulators) Readers(accumulator);
        }

        for (var i = 0; i < audiences.Length; i++)
        {
            // Whatever an audience reads, those that name it read as well.
            foreach (var inner in Closure(i))
            {
                foreach (var accumulator in own[inner].Accumulators) Readers(accumulator).Add(i);
                foreach (var trait in own[inner].Traits)
                {
                    var name = Encoding.UTF8.GetBytes(trait);
                    if (!traits.TryGetValue(name, out var readers)) traits.Add(name, readers = []);
                    readers.Add(i);
                }

                if (own[inner].IdentifierTypes.Count > 0) identifiers.Add(i);
                if (own[inner].Purposes.Count > 0) consent.Add(i);
            }
        }

        var slots = new EventSlots();
        var feeds = new Dictionary<string, (EventSelector Selector, List<(Accumulator, int, int[])> Targets)>(StringComparer.Ordinal);
        foreach (var (accumulator, readers) in accumulators.Values)
        {
            foreach (var at in accumulator.Fields) slots.Add(at);
            for (var i = 0; i < accumulator.Selectors.Count; i++)
            {
                var selector = accumulator.Selectors[i];
                if (!feeds.TryGetValue(selector.Canonical, out var feed)) feeds.Add(selector.Canonical, feed = (selector, []));
                feed.Targets.Add((accumulator, i, [.. readers]));
            }
        }

        foreach (var (selector, _) in feeds.Values)
        {
            foreach (var condition in selector.Conditions) slots.Add(condition.Field);
        }

        EventFeed[] all = [.. feeds.Values.Select(f => new EventFeed(f.Selector, [.. f.Targets]))];
        var index = new PlanIndex
        {
            Accumulators = accumulators.ToFrozenDictionary(a => a.Key, a => a.Value.Accumulator),
            ByName = all.Where(f => f.Selector.Name is not null).GroupBy(f => f.Selector.Name!, StringComparer.Ordinal)
                .ToFrozenDictionary(g => g.Key, g => g.ToArray(), StringComparer.Ordinal),
            AnyName = [.. all.Where(f => f.Selector.Name is null)],
            ByTrait = traits.ToDictionary(t => t.Key, t => t.Value.ToArray(), Utf8Comparer.Instance),
            ByIdentifiers = [.. identifiers],
            ByConsent = [.. consent],
        };
        return new(IdOf(accumulators.Keys), audiences, computed, slots, index, own.Any(r => r.Audiences.Count > 0));

        SortedSet<int> Readers(Accumulator accumulator)
        {
            if (!accumulators.TryGetValue(accumulator.Key, out var known)) accumulators.Add(accumulator.Key, known = (accumulator, []));
            return known.Audiences;
        }

        HashSet<int> Closure(int at)
        {
            HashSet<int> found = [at];
            var open = new Stack<int>(found);
            while (open.TryPop(out var next))
            {
                foreach (var inner in own[next].Audiences.Select(id => byId[id]).Where(found.Add)) open.Push(inner);
            }

            return found;
        }
    }

    private static ulong IdOf(IEnumerable<ulong> keys)
    {
        var bytes = new List<byte>();
        var key = new byte[sizeof(ulong)];
        foreach (var one in keys.Order())
        {
            BinaryPrimitives.WriteUInt64BigEndian(key, one);
            bytes.AddRange(key);
        }

        return Math.Max(1, BinaryPrimitives.ReadUInt64BigEndian(SHA256.HashData([.. bytes])));
    }
}
