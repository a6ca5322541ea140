using Cdp.Core.Activation;
using Cdp.Core.Journal.Index;

namespace Cdp.Hosting.Delivery;

/// <summary>Asked just before every attempt whether the message may still be sent.</summary>
/// <param name="workspace">The workspace.</param>
/// <param name="message">The message.</param>
/// <param name="cancellationToken">Set when the process stops.</param>
/// <returns>The answer. An exception is taken as "ask again in a few seconds"; it counts as no attempt.</returns>
internal delegate ValueTask<SendVerdict> MayStillSend(string workspace, ClaimedMessage message, CancellationToken cancellationToken);
