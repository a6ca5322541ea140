using System.Collections.Concurrent;
using Cdp.Api.Settings;
using Cdp.Core.Definitions;
using Cdp.Core.Webhooks;
using Microsoft.Extensions.Logging;

namespace Cdp.Api.Webhooks;

/// <summary>
/// The endpoints of all workspaces as this process knows them, with their secrets. Should this release not be able to read what another one stored, the
/// operator is told and nothing is sent to that endpoint.
/// </summary>
public sealed partial class WebhookDefinitions
{
    private readonly ConcurrentDictionary<(string Workspace, string Id), KnownWebhook> _known = new();
    private readonly ILogger _logger;

    /// <summary>Follows a feed. What it knows already is known when this returns.</summary>
    /// <param name="feed">Where definitions come from and go to.</param>
    /// <param name="live">The settings, which say what definitions may ask for.</param>
    /// <param name="logger">Where the operator is told of definitions that cannot be read.</param>
    public WebhookDefinitions(DefinitionFeed feed, LiveSettings live, ILogger logger)
    {
        (Feed, Live, _logger) = (feed, live, logger);
        feed.Subscribe(WebhookSecrets.Kind, TakeSecrets);
        feed.Subscribe(WebhookEndpoint.Kind, TakeEndpoint);
    }

    /// <summary>Told of every endpoint that has changed, on the writer's thread. May not throw or block.</summary>
    public event Action<string, string>? Changed;

    /// <summary>Where definitions come from and go to.</summary>
    public DefinitionFeed Feed { get; }

    /// <summary>The settings in force.</summary>
    public LiveSettings Live { get; }

    /// <summary>The addresses that may be reached, by the settings now.</summary>
    public AddressRules Addresses => new(Live.Current.AllowPrivateAddresses);

    /// <summary>The names of all that was ever defined, of which some may be deleted.</summary>
    public IReadOnlyCollection<(string Workspace, string Id)> All => [.. _known.Keys];

    /// <summary>What is known of an endpoint.</summary>
    /// <param name="workspace">The workspace.</param>
    /// <param name="id">Its id.</param>
    /// <returns>What is known; null when it never was.</returns>
    public KnownWebhook? Find(string workspace, string id) => _known.GetValueOrDefault((workspace, id));

    private void TakeEndpoint(Definition definition)
    {
        WebhookEndpoint? endpoint = null;
        if (definition.Body is { } body)
        {
            // A stored definition may ask for what settings have ceased to allow: then its addresses are refused one by one.
            (endpoint, var problems) = WebhookReader.Read(body, mayAllowPrivate: true);
            if (endpoint is null) LogUnreadable(definition.Workspace, definition.Name, string.Join(" ", problems.Select(static p => $"{p.Path}: {p.Code}")));
        }

        Set(definition, known => known with { Endpoint = endpoint, IsDeleted = definition.IsDeleted, Definition = definition });
    }

    private void TakeSecrets(Definition definition)
    {
        var secrets = definition.Body is { } body ? WebhookSecrets.TryRead(body) : null;
        if (secrets is null && !definition.IsDeleted) LogUnreadable(definition.Workspace, definition.Name, "its secret");
        Set(definition, known => known with { Secrets = secrets });
    }

    private void Set(Definition definition, Func<KnownWebhook, KnownWebhook> change)
    {
        _known.AddOrUpdate((definition.Workspace, definition.Name), _ => change(KnownWebhook.Nothing), (_, known) => change(known));
        Changed?.Invoke(definition.Workspace, definition.Name);
    }

    [LoggerMessage(LogEvents.WebhookUnreadable, LogLevel.Error, "Workspace {Workspace}: the stored webhook {Id} cannot be read, and nothing is sent to it. {Problems}")]
    private partial void LogUnreadable(string workspace, string id, string problems);
}

/// <summary>What is known of an endpoint.</summary>
/// <param name="Endpoint">The endpoint; null when it is deleted or cannot be read.</param>
/// <param name="IsDeleted">Whether it was deleted.</param>
/// <param name="Secrets">What its messages are signed with; null for nothing yet.</param>
/// <param name="Definition">The version that says so; null when only a secret is known.</param>
public sealed record KnownWebhook(WebhookEndpoint? Endpoint, bool IsDeleted, WebhookSecrets? Secrets, Definition? Definition)
{
    internal static KnownWebhook Nothing { get; } = new(null, false, null, null);
}
