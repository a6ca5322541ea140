using System.Globalization;
using System.Text;
using Cdp.Core.Events;
using Cdp.Simulation.Plans;
using Cdp.Simulation.Running;

namespace Cdp.Simulation.Clients;

/// <summary>Events as they come over HTTP, and the server's own parser behind them.</summary>
internal static class Wire
{
    private static readonly string[] Calls = ["", "identify", "track", "page", "screen", "group", "alias"];

    /// <summary>Parses an event as the server does that receives it now.</summary>
    public static CustomerEvent Parse(EventSpec spec, long sentAtMs, World world)
    {
        var context = new ParseContext(world.Plan.Knobs.Rules, spec.Source, world.Scheduler.Clock.NowMs);
        var parsed = EventParser.Parse(Encoding.UTF8.GetBytes(Json(spec, sentAtMs)), context);
        return parsed.Event ?? throw new InvalidOperationException($"A simulated event was rejected: {parsed.Rejection}");
    }

    public static string Describe(EventSpec e) =>
        $"{e.MessageId}={e.Type}({string.Join(' ', e.Identifiers.Select(i => i.Ref))}{(e.Previous is { } p ? $" previous {p}" : "")}{(e.Place is { } at ? $" at {Defined.Places[at]} m" : "")})"
        + (e.Source.Trusted ? " trusted" : e.Source.SharedDevice ? " shared device" : "");

    private static string Json(EventSpec spec, long sentAtMs)
    {
        var json = new StringBuilder(256);
        var sent = DateTimeOffset.FromUnixTimeMilliseconds(sentAtMs - spec.AgeMs);
        json.Append(
            CultureInfo.InvariantCulture, $"{{\"type\":\"{Calls[(int)spec.Type]}\",\"messageId\":\"{spec.MessageId}\",\"timestamp\":\"{sent:yyyy-MM-ddTHH:mm:ss.fffZ}\"");
        if (spec.Type is EventType.Track) json.Append(",\"event\":\"Bought\"");
        if (spec.Previous is { } previous) json.Append($",\"previousId\":\"{previous}\"");
        string? email = null, device = null;
        var external = new List<string>();
        foreach (var (type, value) in spec.Identifiers)
        {
            if (type == "user_id") json.Append($",\"userId\":\"{value}\"");
            else if (type == "anonymous_id") json.Append($",\"anonymousId\":\"{value}\"");
            else if (type == "email") email = value;
            else if (type == "device_id") device = value;
            else external.Add($"{{\"id\":\"{value}\",\"type\":\"{type}\",\"collection\":\"users\"}}");
        }

        if (spec.Type == EventType.Identify && spec.Traits.Count > 0)
            json.Append($",\"traits\":{{{string.Join(',', spec.Traits.Select(t => $"\"{t.Name}\":{t.Value}"))}}}");
        List<string> context = [];
        if (email is not null) context.Add($"\"traits\":{{\"email\":\"{email}\"}}");
        if (device is not null) context.Add($"\"device\":{{\"id\":\"{device}\"}}");
        if (external.Count > 0) context.Add($"\"externalIds\":[{string.Join(',', external)}]");
        if (spec.Place is { } place)
        {
            var at = Defined.At(place);
            context.Add(string.Create(CultureInfo.InvariantCulture, $"\"location\":{{\"latitude\":{at.Latitude},\"longitude\":{at.Longitude}}}"));
        }

        if (context.Count > 0) json.Append($",\"context\":{{{string.Join(',', context)}}}");
        return json.Append('}').ToString();
    }

}
