using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Cdp.Testing.Processes;

/// <summary>
/// The people of a load and the events that they cause. In truth a user id, two e-mail addresses and all their anonymous ids belong to one person;
/// a device and a household address are shared by a few. Shared identifiers come alone or with a user id, so that nothing but an event of
/// their own ever joins two people's identifiers: whoever is one in truth must end up as one profile, and nobody else.
/// </summary>
/// <param name="prefix">Begins every identifier and message id.</param>
public sealed class People(string prefix = "")
{
    // Below the default limit of 100 per profile, so that no link is ever refused.
    private const int MaxAnonymousIds = 40;
    private const int PerDevice = 3;
    private const int PerHousehold = 4;

    private readonly List<string>[] _anonymous = [.. Enumerable.Range(0, 1_000).Select(_ => new List<string>())];
    private volatile int _count = 12;
    private int _next;

    /// <summary>How many people are about; may grow while a load runs.</summary>
    public int Count
    {
        get => _count;
        set => _count = value;
    }

    /// <summary>The events of one request: of one person in a row, or of several.</summary>
    /// <param name="random">The choices.</param>
    /// <returns>The events.</returns>
    public SentEvent[] NextBatch(Random random)
    {
        var size = random.Next(1, 9);
        var person = Someone(random);
        var mixed = random.Next(3) == 0;
        return [.. Enumerable.Range(0, size).Select(_ => NextEvent(random, mixed ? Someone(random) : person))];
    }

    /// <summary>One page view.</summary>
    /// <param name="anonymousId">By whom.</param>
    /// <param name="claimed">An anonymous id of the same person that the event does not tell of.</param>
    /// <returns>The event.</returns>
    public SentEvent NextPage(string anonymousId, string? claimed = null) => Make(
        "page",
        new() { ["anonymousId"] = anonymousId },
        claimed is null ? ["anonymous_id:" + anonymousId] : ["anonymous_id:" + anonymousId, "anonymous_id:" + claimed],
        [],
        null);

    // Half of what happens is about the latest people, whose identities are still in the making.
    private int Someone(Random random) => random.Next(2) == 0 ? random.Next(Math.Max(0, Count - 16), Count) : random.Next(Count);

    private SentEvent NextEvent(Random random, int person)
    {
        var late = random.Next(10) == 0 ? TimeSpan.FromMinutes(random.Next(60)) : (TimeSpan?)null;
        var user = $"{prefix}u{person}";
        var email = $"{prefix}u{person}-{random.Next(2)}@example.com";
        var household = $"{prefix}home{person / PerHousehold}@example.com";
        var device = $"{prefix}device{person / PerDevice}";
        switch (random.Next(100))
        {
            case < 35:
                var browsing = Anonymous(random, person);
                return Make("page", new() { ["anonymousId"] = browsing }, ["anonymous_id:" + browsing], [], late);
            case < 47:
                return Make("track", new() { ["userId"] = user }, ["user_id:" + user], [], late);
            case < 60:
                var buying = Anonymous(random, person);
                return Make("track", new() { ["userId"] = user, ["anonymousId"] = buying }, ["user_id:" + user, "anonymous_id:" + buying], [], late);
            case < 75:
                var signingIn = Anonymous(random, person);
                var all = new JsonObject { ["userId"] = user, ["anonymousId"] = signingIn, ["traits"] = new JsonObject { ["email"] = email } };
                return Make("identify", all, ["user_id:" + user, "email:" + email, "anonymous_id:" + signingIn], [], late);
            case < 80:
                return Make("identify", new() { ["traits"] = new JsonObject { ["email"] = email } }, ["email:" + email], [], late);
            case < 85:
                var atHome = new JsonObject { ["userId"] = user, ["traits"] = new JsonObject { ["email"] = household } };
                return Make("identify", atHome, ["user_id:" + user], ["email:" + household], late);
            case < 91:
                return Make("track", Device(new() { ["userId"] = user }, device), ["user_id:" + user], ["device_id:" + device], late);
            case < 95:
                return Make("page", Device([], device), [], ["device_id:" + device], late);
            case < 97:
                return Make("identify", new() { ["traits"] = new JsonObject { ["email"] = household } }, [], ["email:" + household], late);
            default:
                var previous = Anonymous(random, person);
                return Make("alias", new() { ["userId"] = user, ["previousId"] = previous }, ["user_id:" + user, "anonymous_id:" + previous], [], late);
        }
    }

    private static JsonObject Device(JsonObject json, string device)
    {
        json["context"] = new JsonObject { ["device"] = new JsonObject { ["id"] = device } };
        return json;
    }

    /// <summary>One of the person's anonymous ids, now and then a new one.</summary>
    private string Anonymous(Random random, int person)
    {
        var ids = _anonymous[person];
        lock (ids)
        {
            if (ids.Count < MaxAnonymousIds && (ids.Count == 0 || random.Next(8) == 0)) ids.Add($"{prefix}a{person}-{ids.Count}");
            return ids[random.Next(ids.Count)];
        }
    }

    private SentEvent Make(string type, JsonObject json, string[] own, string[] shared, TimeSpan? late)
    {
        var messageId = prefix + "m" + Interlocked.Increment(ref _next).ToString(CultureInfo.InvariantCulture);
        json["messageId"] = messageId;
        json["type"] = type;
        if (type == "track") json["event"] = "Thing Done";
        if (type == "page") json["name"] = "Home";
        if (late is { } ago) json["timestamp"] = (DateTimeOffset.UtcNow - ago).ToString("O", CultureInfo.InvariantCulture);
        return new SentEvent(messageId, json.ToJsonString(JsonSerializerOptions.Default), own, shared);
    }
}
