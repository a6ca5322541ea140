using System.Text.Json;
using Cdp.Core.Profiles;

namespace Cdp.Core.Activation.State;

/// <summary>The body of <see cref="Journal.RecordKind.Acted"/>: what was decided, and all that <see cref="ActivationState"/> has to know of it.</summary>
/// <param name="Decisions">The decisions in their order; empty when only crossings have changed.</param>
/// <param name="Crossings">Crossings of computed traits that have changed sides, with the side they are on now.</param>
public sealed record DecidedActions(IReadOnlyList<TriggerDecision> Decisions, IReadOnlyDictionary<string, bool> Crossings)
{
    /// <summary>Whether it has to be durable before anything is answered: messages are put out, or a crossing has changed sides. Losing the rest loses explanations, and nothing is sent for it.</summary>
    public bool HasEffect => Crossings.Count > 0 || Decisions.Any(d => d.Sent is not null);
}

/// <summary>The journal's own JSON of <see cref="DecidedActions"/>, format version 1.</summary>
public static class DecidedActionsCodec
{
    /// <summary>Writes a record's body.</summary>
    /// <param name="record">The record.</param>
    /// <returns>UTF-8 JSON.</returns>
    public static byte[] Write(DecidedActions record) => RecordCodec.Build(json =>
    {
        json.WriteStartArray("d");
        foreach (var decision in record.Decisions) Write(json, decision);
        json.WriteEndArray();
        ActivationCodec.WriteCrossings(json, record.Crossings);
    });

    /// <summary>Reads a record's body.</summary>
    /// <param name="body">UTF-8 JSON.</param>
    /// <returns>The record.</returns>
    /// <exception cref="FormatException">It is of an unknown format version.</exception>
    public static DecidedActions Read(ReadOnlyMemory<byte> body)
    {
        using var document = RecordCodec.Parse(body);
        var root = document.RootElement;
        return new([.. root.GetProperty("d"u8).EnumerateArray().Select(ReadDecision)], ActivationCodec.ReadCrossings(root));
    }

    private static void Write(Utf8JsonWriter json, TriggerDecision decision)
    {
        json.WriteStartObject();
        json.WriteString("i", decision.Id);
        json.WriteString("t", decision.Trigger);
        json.WriteNumber("n", decision.Version);
        json.WriteString("c", decision.Code);
        json.WriteNumber("k", (int)decision.Kind);
        json.WriteString("s", decision.Subject);
        json.WriteString("p", decision.Part.Value);
        json.WriteNumber("o", decision.OccasionAtMs);
        json.WriteNumber("a", decision.AtMs);
        if (decision.QuietUntilMs is { } untilMs) json.WriteNumber("u", untilMs);
        if (decision.Sent is { } sent)
        {
            json.WritePropertyName("m");
            ActivationCodec.Write(json, sent);
            json.WriteStartArray("q");
            foreach (var queue in decision.Queues) json.WriteStringValue(queue);
            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    private static TriggerDecision ReadDecision(JsonElement json) => new(
        json.GetProperty("i"u8).GetString()!,
        StringPool.Shared.Intern(json.GetProperty("t"u8).GetString()!),
        json.GetProperty("n"u8).GetInt64(),
        StringPool.Shared.Intern(json.GetProperty("c"u8).GetString()!),
        (OccasionKind)json.GetProperty("k"u8).GetInt32(),
        json.GetProperty("s"u8).GetString()!,
        new(json.GetProperty("p"u8).GetGuid()),
        json.GetProperty("o"u8).GetInt64(),
        json.GetProperty("a"u8).GetInt64())
    {
        QuietUntilMs = json.TryGetProperty("u"u8, out var untilMs) ? untilMs.GetInt64() : null,
        Sent = json.TryGetProperty("m"u8, out var sent) ? ActivationCodec.ReadSend(sent) : null,
        Queues = json.TryGetProperty("q"u8, out var queues) ? [.. queues.EnumerateArray().Select(q => q.GetString()!)] : [],
    };
}
