using System.Collections.Concurrent;
using System.Text.Json;
using Cdp.Api.Settings;
using Cdp.Core.Definitions;
using Microsoft.Extensions.Logging;

namespace Cdp.Api.Policies;

/// <summary>
/// Puts stored identity policies in force: one definition per workspace, which stands in place of the configuration's section <c>Identity</c> until it is
/// deleted. One that this release cannot read is named and leaves in force what was.
/// </summary>
public sealed partial class IdentityPolicies
{
    /// <summary>The kind of the definitions.</summary>
    public const string Kind = "identity-policy";

    /// <summary>The name of the one definition that a workspace has.</summary>
    public const string Name = "default";

    private readonly LiveSettings _live;
    private readonly ILogger _logger;
    private readonly ConcurrentDictionary<string, string[]> _unreadable = new(StringComparer.Ordinal);

    /// <summary>Follows a feed. What it knows already is in force when this returns.</summary>
    /// <param name="feed">Where policies come from and go to.</param>
    /// <param name="live">Where they take effect.</param>
    /// <param name="logger">Where the operator is told of a policy that takes effect, or cannot.</param>
    public IdentityPolicies(DefinitionFeed feed, LiveSettings live, ILogger logger)
    {
        (Feed, _live, _logger) = (feed, live, logger);
        feed.Subscribe(Kind, Take);
    }

    internal DefinitionFeed Feed { get; }

    /// <summary>Called at start, after the feed was read: a workspace must not be judged by other rules than it was before.</summary>
    /// <exception cref="SettingsException">A stored policy of a configured workspace cannot be read by this release; each is named with what is wrong.</exception>
    public void EnsureReadable()
    {
        if (_live.Current.SkipUnreadablePolicies) return;
        string[] problems = [.. _unreadable.Where(u => _live.Current.Workspaces.ContainsKey(u.Key)).OrderBy(u => u.Key, StringComparer.Ordinal).SelectMany(u => u.Value)];
        if (problems.Length == 0) return;
        throw new SettingsException(
            [.. problems, "Start the release that wrote it, or set Cdp:SkipUnreadablePolicies and put or delete the policy by /v1/identity/policy."]);
    }

    private void Take(Definition definition)
    {
        if (definition.Name != Name) return;
        _unreadable.TryRemove(definition.Workspace, out _);
        if (definition.Body is not { } body)
        {
            _live.Apply(definition.Workspace, null);
            LogRemoved(_logger, definition.Workspace, definition.Version);
            return;
        }

        try
        {
            _live.Apply(definition.Workspace, new StoredPolicy(definition, PolicyDocument.Read(body)));
            LogApplied(_logger, definition.Workspace, definition.Version);
        }
        catch (Exception error) when (error is SettingsException or JsonException)
        {
            var problems = error is SettingsException settings ? settings.Problems : ["it is not JSON."];
            _unreadable[definition.Workspace] =
                [.. problems.Select(p => $"The stored identity policy of workspace {definition.Workspace} (version {definition.Version}) cannot be read: {p}")];
            LogUnreadable(_logger, definition.Workspace, definition.Version, string.Join(" ", problems));
        }
    }

    [LoggerMessage(LogEvents.PolicyApplied, LogLevel.Information, "Workspace {Workspace}: version {Version} of the stored identity policy is in force.")]
    private static partial void LogApplied(ILogger logger, string workspace, long version);

    [LoggerMessage(LogEvents.PolicyRemoved, LogLevel.Information, "Workspace {Workspace}: the configuration's identity policy is in force; the stored one was deleted (version {Version}).")]
    private static partial void LogRemoved(ILogger logger, string workspace, long version);

    [LoggerMessage(LogEvents.PolicyUnreadable, LogLevel.Error, "Workspace {Workspace}: version {Version} of the stored identity policy cannot be read, and what was in force stays. {Problems}")]
    private static partial void LogUnreadable(ILogger logger, string workspace, long version, string problems);
}
