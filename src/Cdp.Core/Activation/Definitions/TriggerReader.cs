using System.Text.Json;
using Cdp.Core.Activation.Limits;
using Cdp.Core.Activation.Templates;
using Cdp.Core.Audiences.Definitions;
using Cdp.Core.Audiences.Rules;
using Cdp.Core.Audiences.Values;

namespace Cdp.Core.Activation.Definitions;

/// <summary>Reads the definition of a trigger.</summary>
internal static class TriggerReader
{
    private static readonly string[] Members =
        ["id", "name", "description", "channel", "message", "paused", "activeFrom", "activeUntil", "when", "if", "then", "payload"];

    private static readonly string[] Conditions = ["rule", "consent", "quietHours", "caps", "cooldown", "notOverTwoChannelsWithin", "holdout"];

    /// <summary>Reads a trigger.</summary>
    /// <param name="node">The definition.</param>
    /// <returns>The trigger; null when something is wrong, all of which is noted.</returns>
    public static TriggerDefinition? Read(Node node)
    {
        if (node.Element.ValueKind != JsonValueKind.Object)
        {
            node.Note(ProblemCodes.WrongType, "an object");
            return null;
        }

        node.IsObject(Members);
        var id = DefinitionReader.ReadHead(node);
        var message = node.Member("message") is { } m ? DefinitionReader.ReadId(m) : null;
        var paused = node.Member("paused") is { } p && p.Flag();
        var from = node.Member("activeFrom") is { } f ? ValueTests.ReadTime(f) : long.MinValue;
        var until = node.Member("activeUntil") is { } u ? ValueTests.ReadTime(u) : long.MaxValue;
        if (from >= until) node.Member("activeUntil")?.Note(ProblemCodes.OutOfRange, "a time after activeFrom");
        var when = node.Required("when", "what it waits for") is { } w ? When.Read(w) : null;
        var queues = node.Required("then", "a list of actions") is { } then ? ReadActions(then, id ?? "") : [];
        var conditions = node.Member("if");
        if (conditions is { } c && !c.IsObject(Conditions)) conditions = null;
        var rule = conditions?.Member("rule") is { } r ? new RuleReader().Read(r) : null;
        var consent = conditions?.Member("consent") is { } agreed ? ReadConsent(agreed) : null;
        var channel = node.Member("channel") is { } ch ? DefinitionReader.ReadId(ch) : consent?.Channel;
        var otherChannelMs = Cap.ReadWindow(conditions?.Member("notOverTwoChannelsWithin")) ?? 0;
        if (otherChannelMs > 0 && (channel is null || message is null))
            conditions!.Value.Member("notOverTwoChannelsWithin")!.Value.Note(ProblemCodes.Missing, "a channel and a message beside it");
        var template = when is null ? null : ReadPayload(node, when.Kind);
        return id is null || when is null || template is null ? null : new()
        {
            Id = id,
            Channel = channel,
            Message = message,
            Consent = consent,
            IsPaused = paused,
            ActiveFromMs = from ?? long.MinValue,
            ActiveUntilMs = until ?? long.MaxValue,
            When = when,
            Queues = queues,
            Condition = rule,
            QuietHours = conditions?.Member("quietHours") is { } quiet ? QuietHours.Read(quiet) : null,
            Caps = conditions?.Member("caps") is { } caps ? [.. caps.Items(1, ActivationLimits.MaxCaps).Select(i => Cap.Read(i, withChannel: false)).OfType<Cap>()] : [],
            CooldownMs = Cap.ReadWindow(conditions?.Member("cooldown")) ?? 0,
            OtherChannelMs = otherChannelMs,
            Holdout = conditions?.Member("holdout") is { } h ? Holdout.Read(h, id) : null,
            Payload = template.Value.Node,
            Fields = template.Value.Fields,
        };
    }

    private static ConsentDemand? ReadConsent(Node node)
    {
        if (!node.IsObject("purpose", "channel")) return null;
        var purpose = node.Required("purpose", "the purpose") is { } p ? DefinitionReader.ReadId(p) : null;
        var channel = node.Member("channel") is { } c ? DefinitionReader.ReadId(c) : null;
        return purpose is null ? null : new(purpose, channel);
    }

    private static string[] ReadActions(Node node, string trigger)
    {
        List<string> queues = [];
        foreach (var action in node.Items(1, ActivationLimits.MaxActions))
        {
            if (ReadAction(action, trigger) is not { } queue) continue;
            if (queues.Contains(queue)) action.Note(ProblemCodes.DuplicateId, "an action that does not stand in the list before");
            queues.Add(queue);
        }

        return [.. queues];
    }

    private static string? ReadAction(Node node, string trigger)
    {
        if (!node.IsObject("webhook", "stream", "sse")) return null;
        switch (node.Has("webhook"), node.Has("stream"), node.Has("sse"))
        {
            case (true, false, false): return DefinitionReader.ReadId(node.Member("webhook")!.Value) is { } endpoint ? "webhook:" + endpoint : null;
            case (false, true, false): return DefinitionReader.ReadId(node.Member("stream")!.Value) is { } stream ? "stream:" + stream : null;
            case (false, false, true):
                if (node.Member("sse")!.Value.Element.ValueKind == JsonValueKind.True) return "sse:" + trigger;
                node.Member("sse")!.Value.Note(ProblemCodes.UnknownValue, "true");
                return null;
            default:
                node.Note(node.Element.EnumerateObject().Any() ? ProblemCodes.Ambiguous : ProblemCodes.Missing, "exactly one of webhook, stream, sse");
                return null;
        }
    }

    private static (PayloadNode Node, List<(PayloadField Field, Node At)> Fields)? ReadPayload(Node node, OccasionKind kind)
    {
        var reader = new PayloadReader(kind);
        if (node.Member("payload") is { } payload) return reader.Read(payload) is { } read ? (read, reader.Fields) : null;
        using var document = JsonDocument.Parse(Payload.DefaultOf(kind));
        return (reader.Read(new(document.RootElement, "$.payload", []))!, []);
    }
}
