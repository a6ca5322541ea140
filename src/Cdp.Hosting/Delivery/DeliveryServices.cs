using System.Security.Cryptography;
using Cdp.Api.Settings;
using Cdp.Api.Webhooks;
using Cdp.Core.Activation;
using Cdp.Core.Audiences.Building;
using Cdp.Core.Grid;
using Cdp.Core.Identity;
using Cdp.Hosting.Definitions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace Cdp.Hosting.Delivery;

/// <summary>Puts the deliverer into a host.</summary>
internal static class DeliveryServices
{
    private const long AskAgainMs = 1_000;

    /// <summary>
    /// Adds it. It begins and ends with the host, and takes from the container the <see cref="GridStore"/>, the <see cref="WebhookDefinitions"/> and, where the
    /// host adds them, <see cref="Deliveries"/> and <see cref="MayStillSend"/>.
    /// </summary>
    /// <param name="services">The container.</param>
    public static void AddWebhookDelivery(this IServiceCollection services)
    {
        services.TryAddSingleton(static s =>
        {
            var deliveries = new Deliveries();
            s.GetRequiredService<GridStore>().Signal.Sent += deliveries.Wake;
            return deliveries;
        });
        services.TryAddSingleton(static s => Check(s.GetRequiredService<GridStore>(), s.GetRequiredService<LiveSettings>(), s.GetRequiredService<TimeProvider>()));
        services.AddSingleton(static s => new WebhookDelivery(
            new(s.GetRequiredService<GridStore>().Outbox, s.GetRequiredService<WebhookDefinitions>(), s.GetRequiredService<TimeProvider>(), s.GetRequiredService<ILogger<WebhookDelivery>>())
            {
                MayStillSend = s.GetRequiredService<MayStillSend>(),
                // Processes that start together must not retry together.
                Random = new Random(BitConverter.ToInt32(RandomNumberGenerator.GetBytes(4))),
            },
            s.GetRequiredService<Deliveries>()));
        services.AddSingleton<IWebhookDeliverer>(static s => s.GetRequiredService<WebhookDelivery>());
        services.AddHostedService(static s => s.GetRequiredService<WebhookDelivery>());
    }

    /// <summary>By what the store says of the customer now: consent that was withdrawn since the decision keeps the message back.</summary>
    private static MayStillSend Check(GridStore store, LiveSettings live, TimeProvider clock) => async (workspace, claimed, cancellationToken) =>
    {
        var nowMs = clock.GetUtcNow().ToUnixTimeMilliseconds();
        var verdict = await new StoredCustomers(store.Journal, workspace).MayStillSendAsync(
            claimed.Message, live.Rules(workspace), live.Audiences(workspace), nowMs, cancellationToken);
        // Another process may have decided by a definition that this one does not know yet.
        var isEarly = nowMs - claimed.CreatedAtMs < DefinitionWatch.Settling.TotalMilliseconds;
        return isEarly && verdict is { MaySend: false, NotBeforeMs: null, Code: not (DecisionCodes.NoConsent or ReasonCodes.Erased) } ? new(false, null, nowMs + AskAgainMs) : verdict;
    };
}
