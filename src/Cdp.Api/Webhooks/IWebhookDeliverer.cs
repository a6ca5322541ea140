using Cdp.Core.Journal.Index;

namespace Cdp.Api.Webhooks;

/// <summary>What the API asks of the deliverer in its process.</summary>
public interface IWebhookDeliverer
{
    /// <summary>Sends a message to an endpoint at once, also to one that is disabled. It is not retried, and not in the log of deliveries.</summary>
    /// <param name="workspace">The workspace.</param>
    /// <param name="id">The endpoint's id.</param>
    /// <param name="messageId">The message's id.</param>
    /// <param name="body">Its body.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>What came of it; null when there is no such endpoint, or no secret to sign with.</returns>
    Task<Delivery?> TestAsync(string workspace, string id, string messageId, ReadOnlyMemory<byte> body, CancellationToken cancellationToken);

    /// <summary>Says that there may be messages that are due. Never waits.</summary>
    /// <param name="workspace">The workspace.</param>
    /// <param name="queue">Their queue.</param>
    void Wake(string workspace, string queue);
}
