using System.Reflection;
using Cdp.Api.Audiences;
using Cdp.Api.Geofences;
using Cdp.Api.Http;
using Cdp.Api.Identity;
using Cdp.Api.Ingest;
using Cdp.Api.Operations;
using Cdp.Api.Policies;
using Cdp.Api.Profiles;
using Cdp.Api.Settings;
using Cdp.Api.Triggers;
using Cdp.Api.Webhooks;
using Cdp.Core.Grid;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Cdp.Api;

/// <summary>The HTTP API over <see cref="IGrid"/>, for every host.</summary>
public static class CdpApi
{
    /// <summary>The version that <c>/version</c> answers, without build metadata.</summary>
    public static string Version => s_informational.Split('+')[0];

    /// <summary>The commit that the build was made from, null when it does not know.</summary>
    public static string? Commit => s_informational.Split('+') is [_, { Length: > 0 } commit] ? commit : null;

    private static readonly string s_informational =
        typeof(CdpApi).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0.0.0";

    /// <summary>Adds what the API needs beside an <see cref="IGrid"/>, which the host adds together with an <see cref="IGridStatus"/>, a <see cref="GridStore"/>, <see cref="IdentityPolicies"/>, <see cref="WebhookDefinitions"/> and an <see cref="IWebhookDeliverer"/>.</summary>
    /// <param name="services">The container.</param>
    /// <param name="settings">The settings in force.</param>
    /// <param name="exposure">Who can reach the server.</param>
    /// <returns>The container.</returns>
    public static IServiceCollection AddCdpApi(this IServiceCollection services, LiveSettings settings, Exposure exposure)
    {
        services.AddRoutingCore();
        services.AddMetrics();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(settings);
        services.AddSingleton(exposure);
        services.AddSingleton<IngestServices>();
        services.AddSingleton<ApiMetrics>();
        services.AddSingleton<HttpDurations>();
        services.AddSingleton<MetricsExporter>();
        services.AddSingleton<ApiServices>();
        return services;
    }

    /// <summary>Puts the API into the pipeline: the edge (CORS, errors) and all routes.</summary>
    /// <param name="app">The application.</param>
    /// <returns>The application.</returns>
    public static WebApplication UseCdpApi(this WebApplication app)
    {
        var services = app.Services.GetRequiredService<ApiServices>();
        app.UseMiddleware<Edge>();
        app.UseRouting();
        app.MapIngest(services);
        app.MapSdk(services);
        app.MapProfiles(services);
        var store = app.Services.GetRequiredService<GridStore>();
        app.MapIdentity(services, store.Maintenance);
        app.MapAudiences(services, app.Services.GetRequiredService<AudienceDefinitions>(), store);
        app.MapTriggers(services, app.Services.GetRequiredService<AudienceDefinitions>(), store);
        FenceEndpoints.MapGeofences(app, services, app.Services.GetRequiredService<FenceDefinitions>(), store);
        app.MapWebhooks(services, app.Services.GetRequiredService<WebhookDefinitions>(), store, app.Services.GetRequiredService<IWebhookDeliverer>());
        app.MapPolicies(services, app.Services.GetRequiredService<IdentityPolicies>());
        app.MapGrid(services, app.Services.GetRequiredService<IGridStatus>());
        app.MapOperations(services, app.Services.GetRequiredService<MetricsExporter>());
        return app;
    }
}
