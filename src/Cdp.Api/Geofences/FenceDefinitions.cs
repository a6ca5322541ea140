using Cdp.Api.Settings;
using Cdp.Core.Audiences;
using Cdp.Core.Definitions;
using Cdp.Core.Geofences;
using Cdp.Core.Geofences.Definitions;
using Cdp.Core.Geofences.Tracking;
using Microsoft.Extensions.Logging;

namespace Cdp.Api.Geofences;

/// <summary>Puts stored fences, and what a workspace keeps of positions, in force. A fence that this release cannot read is named and left out.</summary>
public sealed partial class FenceDefinitions
{
    /// <summary>The kind of definitions of fences.</summary>
    public const string FenceKind = "geofence";

    /// <summary>The kind of what is kept of positions: one definition of the name <see cref="SettingsName"/>.</summary>
    public const string SettingsKind = "position-settings";

    /// <summary>The name of the definition of <see cref="SettingsKind"/>.</summary>
    public const string SettingsName = "settings";

    private readonly Lock _gate = new();
    private readonly LiveSettings _live;
    private readonly ILogger _logger;

    /// <summary>Follows a feed. What it knows already is in force when this returns.</summary>
    /// <param name="feed">Where definitions come from and go to.</param>
    /// <param name="live">Where they take effect.</param>
    /// <param name="logger">Where the operator is told of fences that cannot be read.</param>
    public FenceDefinitions(DefinitionFeed feed, LiveSettings live, ILogger logger)
    {
        (Feed, _live, _logger) = (feed, live, logger);
        feed.Subscribe(SettingsKind, TakeSettings);
        feed.Subscribe(FenceKind, Take);
    }

    internal DefinitionFeed Feed { get; }

    /// <summary>Reads a fence.</summary>
    /// <param name="json">UTF-8 JSON: our own document or a GeoJSON Feature.</param>
    /// <param name="nowMs">Unix milliseconds.</param>
    /// <returns>The fence, or all that is wrong with it.</returns>
    internal static (Fence? Fence, IReadOnlyList<string> Problems) Read(ReadOnlyMemory<byte> json, long nowMs)
    {
        var reading = FenceReader.Read(new DefinitionSource(json, 0), nowMs);
        return (reading.Fence, [.. reading.Problems.Select(p => $"{p.Path}: {p.Code}: expected {p.Expected}")]);
    }

    private void Take(Definition definition)
    {
        lock (_gate)
        {
            var inForce = _live.Fences(definition.Workspace);
            var fence = definition.IsDeleted ? null : FenceReader.Read(new DefinitionSource(definition.Body, definition.Version), definition.AtMs).Fence;
            if (fence is null && !definition.IsDeleted) LogUnreadable(_logger, definition.Workspace, definition.Name);
            _live.ApplyFences(definition.Workspace, inForce with { Index = fence is null ? inForce.Index.Without(definition.Name) : inForce.Index.With(fence) });
        }
    }

    private void TakeSettings(Definition definition)
    {
        lock (_gate)
        {
            var options = definition.IsDeleted ? PositionOptions.Default : PositionSettings.Read(definition.Body!).Options ?? PositionOptions.Default;
            _live.ApplyFences(definition.Workspace, _live.Fences(definition.Workspace) with { Options = options });
        }
    }

    [LoggerMessage(LogEvents.FenceUnreadable, LogLevel.Error, "Workspace {Workspace}: the stored fence {Fence} cannot be read, and is left out.")]
    private static partial void LogUnreadable(ILogger logger, string workspace, string fence);
}
