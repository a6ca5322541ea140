namespace Cdp.Core.Webhooks;

/// <summary>Where messages of the queue <c>webhook:ID</c> go.</summary>
public sealed record WebhookEndpoint
{
    /// <summary>The kind of the definitions of endpoints.</summary>
    public const string Kind = "webhook";

    /// <summary>The beginning of the queues' names.</summary>
    public const string QueuePrefix = "webhook:";

    /// <summary>Its id, which names its queue.</summary>
    public required string Id { get; init; }

    /// <summary>An absolute URL: https, or http when <see cref="AllowPrivate"/>.</summary>
    public required Uri Url { get; init; }

    /// <summary>False while nothing is sent; messages wait.</summary>
    public bool IsEnabled { get; init; } = true;

    /// <summary>The time limit of a whole attempt, from the look-up of the name to the end of the answer.</summary>
    /// <value>1 to 30 seconds; default 10.</value>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Attempts until a message is given up.</summary>
    /// <value>1 to 20; default 10.</value>
    public int MaxAttempts { get; init; } = 10;

    /// <summary>Attempts under way at a time, in each process.</summary>
    /// <value>1 to 32; default 4.</value>
    public int Concurrency { get; init; } = 4;

    /// <summary>Headers that every request carries. Their values may be credentials: never logged or read back.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>Whether it may be at an address that is not public, of those that the server's settings list.</summary>
    public bool AllowPrivate { get; init; }

    /// <summary>The queue of this endpoint.</summary>
    public string Queue => QueueOf(Id);

    /// <summary>The queue of an endpoint.</summary>
    /// <param name="id">The endpoint's id.</param>
    /// <returns>Its queue in the outbox.</returns>
    public static string QueueOf(string id) => QueuePrefix + id;
}
