namespace Cdp.Hosting.Delivery;

/// <summary>Wakes the deliverer of this process when messages have become durable, so that they need not wait for its next look. Any thread may call it.</summary>
internal sealed class Deliveries
{
    /// <summary>Told of a workspace and a queue. May not throw or block.</summary>
    public event Action<string, string>? Woken;

    /// <summary>Says that messages are durable. Never waits.</summary>
    /// <param name="workspace">The workspace.</param>
    /// <param name="queue">Their queue; one that nobody delivers is ignored.</param>
    public void Wake(string workspace, string queue) => Woken?.Invoke(workspace, queue);
}
