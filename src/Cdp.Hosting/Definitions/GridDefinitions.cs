using Cdp.Api.Audiences;
using Cdp.Api.Geofences;
using Cdp.Api.Policies;
using Cdp.Api.Settings;
using Cdp.Api.Webhooks;
using Cdp.Core.Definitions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Cdp.Hosting.Definitions;

/// <summary>What operators defined, read and in force before a host is ready.</summary>
/// <param name="Feed">All definitions.</param>
/// <param name="Policies">The identity policies among them.</param>
/// <param name="Audiences">The audiences, computed traits and triggers.</param>
/// <param name="Fences">The fences.</param>
/// <param name="Webhooks">The endpoints of webhooks.</param>
internal sealed record GridDefinitions(
    DefinitionFeed Feed, IdentityPolicies Policies, AudienceDefinitions Audiences, FenceDefinitions Fences, WebhookDefinitions Webhooks)
{
    /// <summary>Reads all definitions and puts them in force.</summary>
    /// <param name="store">The store.</param>
    /// <param name="live">Where policies take effect.</param>
    /// <param name="logger">Where the operator is told of policies.</param>
    /// <returns>The definitions, in force.</returns>
    /// <exception cref="Cdp.Core.Journal.JournalUnavailableException">The store cannot be read.</exception>
    /// <exception cref="SettingsException">A definition cannot be read by this release.</exception>
    public static async Task<GridDefinitions> LoadAsync(IDefinitions store, LiveSettings live, ILogger logger)
    {
        var feed = new DefinitionFeed(store);
        await feed.PollAsync();
        var policies = new IdentityPolicies(feed, live, logger);
        policies.EnsureReadable();
        return new GridDefinitions(
            feed, policies, new AudienceDefinitions(feed, live, logger), new FenceDefinitions(feed, live, logger), new WebhookDefinitions(feed, live, logger));
    }

    /// <summary>Adds them to a host, which looks for changes from then on.</summary>
    /// <param name="services">The container.</param>
    public void AddTo(IServiceCollection services)
    {
        services.AddSingleton(Feed);
        services.AddSingleton(Policies);
        services.AddSingleton(Audiences);
        services.AddSingleton(Fences);
        services.AddSingleton(Webhooks);
        services.AddHostedService<DefinitionWatch>();
    }
}
