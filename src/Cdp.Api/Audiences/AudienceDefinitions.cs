using System.Collections.Immutable;
using Cdp.Api.Settings;
using Cdp.Core.Activation;
using Cdp.Core.Audiences;
using Cdp.Core.Audiences.Definitions;
using Cdp.Core.Definitions;
using Microsoft.Extensions.Logging;

namespace Cdp.Api.Audiences;

/// <summary>
/// Puts stored audiences, computed traits and triggers in force. Only what compiles together is ever put; should this release not be able to read what another one
/// stored, it is named and leaves in force what was.
/// </summary>
public sealed partial class AudienceDefinitions
{
    /// <summary>The kind of definitions of audiences.</summary>
    public const string AudienceKind = "audience";

    /// <summary>The kind of definitions of computed traits.</summary>
    public const string ComputedKind = "computed-trait";

    /// <summary>The kind of definitions of triggers.</summary>
    public const string TriggerKind = "trigger";

    /// <summary>The kind of what holds for all triggers: one definition of the name <see cref="SettingsName"/>.</summary>
    public const string SettingsKind = "activation-settings";

    /// <summary>The name of the definition of <see cref="SettingsKind"/>.</summary>
    public const string SettingsName = "settings";

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Known> _known = [];
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
        feed.Subscribe(TriggerKind, Take);
        feed.Subscribe(SettingsKind, Take);
    }

    internal DefinitionFeed Feed { get; }

    /// <summary>What a workspace would have with one definition written or deleted.</summary>
    /// <param name="workspace">The workspace.</param>
    /// <param name="kind">The kind.</param>
    /// <param name="name">The definition's name.</param>
    /// <param name="body">UTF-8 JSON; null to delete it.</param>
    /// <returns>The plan, or what is wrong with it: of that definition, or of others that refer to it.</returns>
    internal (TriggerPlan? Plan, IReadOnlyList<string> Problems) Try(string workspace, string kind, string name, byte[]? body)
    {
        lock (_gate)
        {
            var known = _known.GetValueOrDefault(workspace, Known.Nothing).With(kind, name, body is null ? null : new(body, long.MaxValue));
            var compiled = known.Compile();
            return (compiled.Plan, known.Describe(compiled));
        }
    }

    /// <summary>One audience with all that it reads and nothing else, as if it were in force.</summary>
    /// <param name="workspace">The workspace.</param>
    /// <param name="name">Its id.</param>
    /// <param name="body">UTF-8 JSON.</param>
    /// <returns>A plan, or what is wrong with the definition.</returns>
    internal (AudiencePlan? Plan, IReadOnlyList<string> Problems) TryAlone(string workspace, string name, byte[] body)
    {
        var (all, problems) = Try(workspace, AudienceKind, name, body);
        if (all is null) return (null, problems);
        return (_live.Audiences(workspace).Definitions.With(name, new(body, long.MaxValue)).Only(all.Audiences, [name]).Compile().Plan, []);
    }

    /// <summary>One trigger without all others, as if it were in force.</summary>
    /// <param name="workspace">The workspace.</param>
    /// <param name="name">Its id.</param>
    /// <param name="source">The definition.</param>
    /// <returns>Definitions in force, or what is wrong with the trigger.</returns>
    internal (AudiencesInForce? InForce, IReadOnlyList<string> Problems) TryTriggerAlone(string workspace, string name, DefinitionSource source)
    {
        lock (_gate)
        {
            var known = (_known.GetValueOrDefault(workspace, Known.Nothing) with { Triggers = Known.Nothing.Triggers }).With(TriggerKind, name, source);
            var compiled = known.Compile();
            return (compiled.Plan is { } plan ? AudiencesInForce.Of(known.Audiences, plan) : null, known.Describe(compiled));
        }
    }

    private void Take(Definition definition)
    {
        lock (_gate)
        {
            var source = definition.IsDeleted ? null : new DefinitionSource(definition.Body, definition.Version);
            var known = _known[definition.Workspace] = _known.GetValueOrDefault(definition.Workspace, Known.Nothing).With(definition.Kind, definition.Name, source);
            var compiled = known.Compile();
            // At start what is referred to comes before what refers to it; a write was tried before.
            if (compiled.Plan is { } plan) _live.ApplyAudiences(definition.Workspace, AudiencesInForce.Of(known.Audiences, plan));
            else LogUnreadable(_logger, definition.Workspace, string.Join(" ", known.Describe(compiled)));
        }
    }

    [LoggerMessage(LogEvents.AudiencesUnreadable, LogLevel.Error, "Workspace {Workspace}: its stored audiences, computed traits and triggers cannot be read together, and what was in force stays. {Problems}")]
    private static partial void LogUnreadable(ILogger logger, string workspace, string problems);

    /// <summary>What is known of one workspace.</summary>
    private sealed record Known(DefinitionSet Audiences, ImmutableSortedDictionary<string, DefinitionSource> Triggers, DefinitionSource? Settings)
    {
        public static readonly Known Nothing = new(DefinitionSet.Empty, ImmutableSortedDictionary.Create<string, DefinitionSource>(StringComparer.Ordinal), null);

        public Known With(string kind, string name, DefinitionSource? source) => kind switch
        {
            AudienceKind => this with { Audiences = Audiences with { Audiences = Written(Audiences.Audiences, name, source) } },
            ComputedKind => this with { Audiences = Audiences with { Computed = Written(Audiences.Computed, name, source) } },
            TriggerKind => this with { Triggers = source is null ? Triggers.Remove(name) : Triggers.SetItem(name, source) },
            _ => this with { Settings = source },
        };

        public CompiledTriggers Compile() => TriggerPlan.Compile(Audiences, [.. Triggers.Values], Settings);

        public string[] Describe(CompiledTriggers compiled) =>
        [
            .. compiled.AudienceProblems.Select(p => Text(
                p.IsComputed ? $"computed trait {Audiences.Computed.Keys.ElementAt(p.Index)}" : $"audience {Audiences.Audiences.Keys.ElementAt(p.Index)}", p.Problem)),
            .. compiled.Problems.Select(p => Text(p.Trigger < 0 ? "activation settings" : $"trigger {Triggers.Keys.ElementAt(p.Trigger)}", p.Problem)),
        ];

        private static string Text(string what, DefinitionProblem problem) => $"{what} {problem.Path}: {problem.Code}: expected {problem.Expected}";

        private static SortedDictionary<string, DefinitionSource> Written(IReadOnlyDictionary<string, DefinitionSource> all, string name, DefinitionSource? source)
        {
            var written = new SortedDictionary<string, DefinitionSource>(all.ToDictionary(), StringComparer.Ordinal);
            if (source is null) written.Remove(name);
            else written[name] = source;
            return written;
        }
    }
}
