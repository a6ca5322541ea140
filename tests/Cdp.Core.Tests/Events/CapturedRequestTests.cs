using System.Text.Json;
using Cdp.Core.Events;
using Cdp.Testing;

namespace Cdp.Core.Tests.Events;

/// <summary>What the real SDKs sent (shared/wire, one file per SDK; see its sdk-wire.md).</summary>
public class CapturedRequestTests
{
    [SharedDataFact("wire")]
    public void Every_captured_event_is_accepted_with_its_identifiers()
    {
        var seen = 0;
        foreach (var (file, json) in Events())
        {
            var parsed = EventParser.Parse(json, Parsing.Context with { ReceivedAtMs = 1_795_350_000_000 });
            Assert.True(parsed.Rejection is null, $"{file}: {parsed.Rejection}");
            var e = parsed.Event!;
            Assert.Equal(json.GetProperty("messageId").GetString(), e.MessageId);
            Assert.Equal(Expected(json, e.Type).Order(StringComparer.Ordinal), e.Refs().Order(StringComparer.Ordinal));
            Assert.Empty(e.LeftOut);
            Assert.Equal(e.Type == EventType.Identify, !e.Traits.IsEmpty);
            SameEvent.Check(e, EventBody.Read(e.Body));
            Assert.DoesNotContain("integrations", e.Body.Text(), StringComparison.Ordinal);
            Assert.DoesNotContain("_metadata", e.Body.Text(), StringComparison.Ordinal);
            Assert.DoesNotContain("WK_", e.Body.Text(), StringComparison.Ordinal);
            seen++;
        }

        Assert.True(seen >= 50, $"only {seen} events");
    }

    [SharedDataFact("wire")]
    public void A_retry_has_the_same_message_hash()
    {
        var hashes = Events()
            .Where(c => c.File.StartsWith("segment-analytics-node.json", StringComparison.Ordinal))
            .Select(c => EventParser.Parse(c.Json, Parsing.Context with { ReceivedAtMs = 1_795_350_000_000 }).Event!)
            .Where(e => e.Name == "Retry me")
            .Select(e => e.MessageHash)
            .ToList();
        Assert.Equal(3, hashes.Count);
        Assert.Single(hashes.Distinct());
    }

    private static IEnumerable<string> Expected(JsonElement json, EventType type)
    {
        if (json.TryGetProperty("userId", out var user) && user.ValueKind == JsonValueKind.String)
            yield return "user_id:" + user.GetString();
        if (json.TryGetProperty("anonymousId", out var anonymous) && anonymous.ValueKind == JsonValueKind.String)
            yield return "anonymous_id:" + anonymous.GetString();
        var top = type == EventType.Identify && json.TryGetProperty("traits", out var traits) ? traits : default;
        var inContext = json.GetProperty("context").TryGetProperty("traits", out var contextTraits) ? contextTraits : default;
        if (type != EventType.Alias && new[] { top, inContext }.Any(t => t.ValueKind == JsonValueKind.Object && t.TryGetProperty("email", out _)))
            yield return "email:a@example.com";
    }

    private static IEnumerable<(string File, JsonElement Json)> Events()
    {
        foreach (var path in Directory.GetFiles(SharedData.Find("wire")!, "*.json"))
        {
            var requests = JsonDocument.Parse(File.ReadAllBytes(path)).RootElement.GetProperty("requests");
            foreach (var request in requests.EnumerateArray())
            {
                // /v1/m carries the SDK's own metrics, no events.
                if (!request.TryGetProperty("body", out var body) || body.ValueKind != JsonValueKind.Object
                    || request.GetProperty("url").GetString()!.StartsWith("/v1/m", StringComparison.Ordinal))
                    continue;
                var events = body.TryGetProperty("batch", out var batch) ? batch.EnumerateArray().ToArray() : [body];
                foreach (var json in events)
                    yield return (Path.GetFileName(path), json);
            }
        }
    }
}
