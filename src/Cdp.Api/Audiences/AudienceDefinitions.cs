using Cdp.Api.Settings;
using Cdp.Core.Audiences;
using Cdp.Core.Definitions;
using Microsoft.Extensions.Logging;

namespace Cdp.Api.Audiences;

/// <summary>
/// Puts stored audiences and computed traits in force. Only what compiles together is ever put; should this release not be able to read what another one
/// stored, it is named and leaves in force what was.
/// </summary>
public sealed partial class AudienceDefinitions
{
    /// <summary>The kind of definitions of audiences.</summary>
    public const string AudienceKind = "audience";

    /// <summary>The kind of definitions of computed traits.</summary>
    public const string ComputedKind = "computed-trait";

    private readonly Lock _gate = new();
    private readonly Dictionary<(string Workspace, string Kind), SortedDictionary<string, Definition>> _known = [];
    private readonly LiveSettings _live;
    private readonly ILogger _logger;

    /// <summary>Follows a feed. What it knows already is in force when this returns.</summary>
    /// <param name="feed">Where definitions come from and go to.</param>
    /// <param name="live">Where they take effect.</param>
    /// <param name="logger">Where the operator is told of definitions that cannot be read.</param>
    public AudienceDefinitions(DefinitionFeed feed, LiveSettings live, ILogger logger)
    {
        (Feed, _live, _logger) = (feed, live, logger);
        feed.Subscribe(ComputedKind, Take);
        feed.Subscribe(AudienceKind, Take);
    }

    internal DefinitionFeed Feed { get; }

    /// <summary>What a workspace would have with one definition written or deleted.</summary>
    /// <param name="workspace">The workspace.</param>
    /// <param name="kind">The kind.</param>
    /// <param name="name">The definition's name.</param>
    /// <param name="body">UTF-8 JSON; null to delete it.</param>
    /// <returns>The plan, or what is wrong with it: of that definition, or of others that refer to it.</returns>
    internal (CompiledPlan Compiled, IReadOnlyList<string> Problems) Try(string workspace, string kind, string name, byte[]? body)
    {
        lock (_gate)
        {
            var audiences = Copy(workspace, AudienceKind);
            var computed = Copy(workspace, ComputedKind);
            var changed = kind == AudienceKind ? audiences : computed;
            if (body is null) changed.Remove(name);
            else changed[name] = new(workspace, kind, name, long.MaxValue, 0, body, 0, "-", null);
            var compiled = Sources(computed, audiences).Compile();
            return (compiled, Describe(compiled, computed, audiences));
        }
    }

    /// <summary>One audience with all that it reads and nothing else, as if it were in force.</summary>
    /// <param name="workspace">The workspace.</param>
    /// <param name="name">Its id.</param>
    /// <param name="body">UTF-8 JSON.</param>
    /// <returns>A plan, or what is wrong with the definition.</returns>
    internal (AudiencePlan? Plan, IReadOnlyList<string> Problems) TryAlone(string workspace, string name, byte[] body)
    {
        var (compiled, problems) = Try(workspace, AudienceKind, name, body);
        if (compiled.Plan is not { } plan) return (null, problems);
        return (_live.Audiences(workspace).Definitions.With(name, new(body, long.MaxValue)).Only(plan, [name]).Compile().Plan, []);
    }

    private void Take(Definition definition)
    {
        lock (_gate)
        {
            var key = (definition.Workspace, definition.Kind);
            if (!_known.TryGetValue(key, out var known)) _known.Add(key, known = new(StringComparer.Ordinal));
            if (definition.IsDeleted) known.Remove(definition.Name);
            else known[definition.Name] = definition;
            var (computed, audiences) = (Copy(definition.Workspace, ComputedKind), Copy(definition.Workspace, AudienceKind));
            var set = Sources(computed, audiences);
            var compiled = set.Compile();
            // At start the computed traits come before the audiences that read them; a write was tried before.
            if (compiled.Plan is not { } plan)
            {
                LogUnreadable(_logger, definition.Workspace, string.Join(" ", Describe(compiled, computed, audiences)));
                return;
            }

            _live.ApplyAudiences(definition.Workspace, AudiencesInForce.Of(set, plan));
        }
    }

    private SortedDictionary<string, Definition> Copy(string workspace, string kind) =>
        _known.TryGetValue((workspace, kind), out var known) ? new(known, StringComparer.Ordinal) : new(StringComparer.Ordinal);

    private static DefinitionSet Sources(SortedDictionary<string, Definition> computed, SortedDictionary<string, Definition> audiences) =>
        new(Sources(computed), Sources(audiences));

    private static SortedDictionary<string, DefinitionSource> Sources(SortedDictionary<string, Definition> definitions) =>
        new(definitions.ToDictionary(d => d.Key, d => new DefinitionSource(d.Value.Body, d.Value.Version)), StringComparer.Ordinal);

    private static string[] Describe(CompiledPlan compiled, SortedDictionary<string, Definition> computed, SortedDictionary<string, Definition> audiences) =>
        [.. compiled.Problems.Select(p =>
            $"{(p.IsComputed ? $"computed trait {computed.Keys.ElementAt(p.Index)}" : $"audience {audiences.Keys.ElementAt(p.Index)}")} {p.Problem.Path}: {p.Problem.Code}: expected {p.Problem.Expected}")];

    [LoggerMessage(LogEvents.AudiencesUnreadable, LogLevel.Error, "Workspace {Workspace}: its stored audiences and computed traits cannot be read together, and what was in force stays. {Problems}")]
    private static partial void LogUnreadable(ILogger logger, string workspace, string problems);
}
