using Cdp.Core.Journal.Index;

namespace Cdp.Hosting.Delivery;

/// <summary>Asked just before every attempt whether the message may still be sent.</summary>
/// <param name="workspace">The workspace.</param>
/// <param name="message">The message.</param>
/// <param name="cancellationToken">Set when the process stops.</param>
/// <returns>The answer. An exception is taken as "ask again in a few seconds"; it counts as no attempt.</returns>
internal delegate ValueTask<SendVerdict> MayStillSend(string workspace, ClaimedMessage message, CancellationToken cancellationToken);

/// <summary>Whether a message may be sent: at most one of the two is set.</summary>
/// <param name="Code">The reason code for which it must never be sent; null when there is none.</param>
/// <param name="RetryAtMs">Unix milliseconds at which to ask again; null not to put it off.</param>
internal readonly record struct SendVerdict(string? Code, long? RetryAtMs)
{
    /// <summary>It may be sent.</summary>
    public static SendVerdict Send => default;
}
