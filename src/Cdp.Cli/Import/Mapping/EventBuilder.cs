using System.Text.Json.Nodes;

namespace Cdp.Cli.Import.Mapping;

/// <summary>What every row of a file has in common.</summary>
/// <param name="Type"><c>identify</c> or <c>track</c>.</param>
/// <param name="EventName">The name of a track whose rows have no column for it.</param>
/// <param name="Infer">True to read numbers and truth values out of CSV text.</param>
/// <param name="TimeFormats">The formats of the timestamp column; none for ISO 8601.</param>
internal sealed record RowRules(string Type, string? EventName = null, bool Infer = false, params string[] TimeFormats);

/// <summary>Puts one row's values where the map says and makes a Segment event of them.</summary>
internal sealed class EventBuilder(RowRules rules)
{
    private readonly JsonObject _event = new() { ["type"] = rules.Type };
    private string? _reject;

    /// <summary>Writes one value. Null (ndjson only) removes a trait when it is applied; for all else it counts as not there.</summary>
    public void Set(MapTarget target, JsonNode? value)
    {
        switch (target.Kind)
        {
            case TargetKind.Leave: break;
            case TargetKind.Trait: Place("traits", target.Path, value); break;
            case TargetKind.Property: Place("properties", target.Path, value); break;
            case TargetKind.Context: Place("context", target.Path, value); break;
            default: if (Text(value) is { Length: > 0 } text) SetText(target, text); break;
        }
    }

    /// <summary>The event, or the code why the row makes none.</summary>
    public JsonObject? Build(out string? reject)
    {
        if (rules.Type == "track" && !_event.ContainsKey("event"))
        {
            if (rules.EventName is null) _reject ??= RowCodes.MissingEventName;
            else _event["event"] = rules.EventName;
        }

        if (_reject is null && IdentifierKeys.Of(_event).Count == 0) _reject = RowCodes.NoIdentifier;
        reject = _reject;
        return reject is null ? _event : null;
    }

    private void SetText(MapTarget target, string text)
    {
        switch (target.Kind)
        {
            case TargetKind.UserId: _event["userId"] = text; break;
            case TargetKind.AnonymousId: _event["anonymousId"] = text; break;
            case TargetKind.MessageId: _event["messageId"] = text; break;
            case TargetKind.EventName: _event["event"] = text; break;
            case TargetKind.Email: PlaceContact("email", text); break;
            case TargetKind.Phone: PlaceContact("phone", text); break;
            case TargetKind.ExternalId: AddExternalId(target.Path[0], text); break;
            case TargetKind.Timestamp: SetTime(text); break;
        }
    }

    private static string? Text(JsonNode? value) => value switch
    {
        JsonValue v when v.TryGetValue<string>(out var text) => text.Trim(),
        JsonValue v => v.ToJsonString(),
        _ => null,
    };

    // The traits of anything but an identify stand in its context.
    private void PlaceContact(string name, string text)
    {
        if (rules.Type == "identify") Place("traits", [name], text);
        else Place("context", ["traits", name], text);
    }

    private void Place(string root, IReadOnlyList<string> path, JsonNode? value)
    {
        var at = Member(_event, root);
        for (var i = 0; i < path.Count - 1; i++) at = Member(at, path[i]);
        at[path[^1]] = value;
    }

    private static JsonObject Member(JsonObject parent, string name)
    {
        if (parent[name] is JsonObject present) return present;
        var made = new JsonObject();
        parent[name] = made;
        return made;
    }

    private void AddExternalId(string type, string id)
    {
        var context = Member(_event, "context");
        if (context["externalIds"] is not JsonArray list) context["externalIds"] = list = [];
        list.Add(new JsonObject { ["id"] = id, ["type"] = type, ["collection"] = "users", ["encoding"] = "none" });
    }

    private void SetTime(string text)
    {
        if (RowTime.TryParse(text, rules.TimeFormats, out var time)) _event["timestamp"] = RowTime.Format(time);
        else _reject = RowCodes.InvalidTimestamp;
    }
}
