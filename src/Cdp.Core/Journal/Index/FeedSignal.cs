using System.Collections.Concurrent;
using System.Threading.Channels;

namespace Cdp.Core.Journal.Index;

/// <summary>
/// Wakes those who follow a feed, and those who deliver messages, when this process has committed some, so that they need not ask the store all the time. What other processes
/// commit is found by asking. Any thread may call it.
/// </summary>
public sealed class FeedSignal
{
    private readonly ConcurrentDictionary<(string Workspace, string Topic), ChannelWriter<bool>[]> _followers = new();

    /// <summary>Told of the queue of every message that was committed. May not throw or block.</summary>
    public event Action<string, string>? Sent;

    /// <summary>Says that messages are durable. Never waits.</summary>
    /// <param name="workspace">The workspace.</param>
    /// <param name="messages">The messages.</param>
    public void Raise(string workspace, IReadOnlyList<OutboxMessage> messages)
    {
        foreach (var message in messages) Sent?.Invoke(workspace, message.Queue);
    }

    /// <summary>Says that entries are durable. Never waits.</summary>
    /// <param name="workspace">The workspace.</param>
    /// <param name="entries">The entries.</param>
    public void Raise(string workspace, IReadOnlyList<FeedEntry> entries)
    {
        if (_followers.IsEmpty) return;
        foreach (var entry in entries)
        {
            if (!_followers.TryGetValue((workspace, entry.Topic), out var followers)) continue;
            foreach (var follower in followers) follower.TryWrite(true);
        }
    }

    /// <summary>Follows a feed.</summary>
    /// <param name="workspace">The workspace.</param>
    /// <param name="topic">The topic.</param>
    /// <param name="signals">Gets a value after every commit; a bounded channel that drops what is too much.</param>
    /// <returns>Ends it when disposed.</returns>
    public IDisposable Follow(string workspace, string topic, ChannelWriter<bool> signals)
    {
        _followers.AddOrUpdate((workspace, topic), _ => [signals], (_, all) => [.. all, signals]);
        return new Following(this, (workspace, topic), signals);
    }

    private sealed class Following(FeedSignal signal, (string, string) key, ChannelWriter<bool> signals) : IDisposable
    {
        public void Dispose()
        {
            var left = signal._followers.AddOrUpdate(key, _ => [], (_, all) => [.. all.Where(s => s != signals)]);
            // Only if nobody has come since.
            if (left.Length == 0) ((ICollection<KeyValuePair<(string, string), ChannelWriter<bool>[]>>)signal._followers).Remove(new(key, left));
        }
    }
}
