using Cdp.Core.Actors;

namespace Cdp.Client;

/// <summary>
/// Which exceptions of a call are Orleans' own: the call got no answer, or none of ours. Their messages name grains and arguments, so they are
/// never passed on.
/// </summary>
internal static class HostFaults
{
    /// <summary>Whether a call ended for the host's reasons.</summary>
    public static bool Is(Exception error) =>
        error is OrleansException or TimeoutException or ObjectDisposedException or EnumerationAbortedException or OperationCanceledException;

    /// <summary>
    /// What such a call is worth to its caller: a full queue refused it; otherwise it may have been carried out or not.
    /// </summary>
    public static CallStatus StatusOf(Exception error) =>
        error is LimitExceededException or GatewayTooBusyException ? CallStatus.Overloaded : CallStatus.Unavailable;
}
