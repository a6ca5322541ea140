using System.Text.Json;
using Cdp.Core.Events;
using Cdp.Core.Identity;

namespace Cdp.Testing.Engine;

/// <summary>Makes events as they come over HTTP. Times are seconds after <see cref="Start"/>.</summary>
/// <param name="rules">The rules in force.</param>
/// <param name="nowMs">The time of arrival.</param>
public sealed class TestEvents(Func<IdentityRules> rules, Func<long> nowMs)
{
    public const string Workspace = "shop";
    public static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private int _messages;

    /// <summary>Parses an event, which must be a good one.</summary>
    public CustomerEvent Of(string json, double atSeconds = 0, EventSource? source = null, string? messageId = null)
    {
        using var document = JsonDocument.Parse(json);
        var context = new ParseContext(rules(), source ?? new EventSource("web"), nowMs())
        {
            NewMessageId = () => messageId ?? $"m{Interlocked.Increment(ref _messages)}",
        };
        using var timed = JsonDocument.Parse(
            document.RootElement.TryGetProperty("timestamp", out _) ? json : json.TrimEnd()[..^1] + $",\"timestamp\":\"{Start.AddSeconds(atSeconds):O}\"}}");
        var parsed = EventParser.Parse(timed.RootElement, context);
        return parsed.Event ?? throw new ArgumentException($"Rejected: {parsed.Rejection!.Code}.", nameof(json));
    }
}
