using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Cdp.Api.Settings;
using Cdp.Core.Events;
using Cdp.Core.Grid;
using Cdp.Core.Identity;
using Cdp.Standalone.Tests.Engine;
using Microsoft.Extensions.Configuration;

namespace Cdp.Standalone.Tests.Identity;

/// <summary>
/// One documented case: events written as text, sent through the real engine under a preset as the configuration reads it, and the profiles that follow,
/// written as text. An event is <c>identify user=u anon=a email=e at=5 trusted</c> (also <c>phone device idfa gaid prev ext.TYPE t.TRAIT id</c> and
/// <c>kiosk</c>), events are separated by <c>;</c> and follow each other by a second. Profiles are <c>u a ~s | v</c>: the values of their identifiers in any
/// order, shared ones with a tilde.
/// </summary>
internal sealed class CaseRun
{
    private static readonly Dictionary<string, string> s_types = new()
    {
        ["user"] = "user_id", ["anon"] = "anonymous_id", ["email"] = "email", ["phone"] = "phone", ["device"] = "device_id", ["idfa"] = "idfa", ["gaid"] = "gaid",
    };

    private readonly HashSet<(string Type, string Value)> _sent = [];
    private int _events;

    public CaseRun(string preset, string knobs = "{}") => Kit = new EngineKit(rules: Rules(preset, knobs));

    public EngineKit Kit { get; }

    public List<EventOutcome> Outcomes { get; } = [];

    /// <summary>The rules of a preset with knobs on top, as the configuration reads them.</summary>
    public static IdentityRules Rules(string preset, string knobs = "{}")
    {
        var identity = (JsonObject)JsonNode.Parse(knobs)!;
        identity["Preset"] = preset;
        var root = new JsonObject { ["Cdp"] = new JsonObject { ["Workspaces"] = new JsonObject { [EngineKit.Workspace] = new JsonObject
        {
            ["WriteKeys"] = new JsonArray("w"),
            ["Identity"] = identity,
        } } } };
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(root.ToJsonString()));
        return SettingsReader.Read(new ConfigurationBuilder().AddJsonStream(stream).Build()).Workspaces[EngineKit.Workspace].Identity;
    }

    public async Task<EventOutcome> SendAsync(string events)
    {
        foreach (var text in events.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)) await SendOneAsync(text);
        return Outcomes[^1];
    }

    /// <summary>All profiles that hold or list an identifier that was sent.</summary>
    public async Task<string> ProfilesAsync()
    {
        var profiles = new Dictionary<string, string>();
        foreach (var (type, value) in _sent)
        {
            if (await FindAsync(type, value) is not { } profile) continue;
            profiles[profile.GetProperty("id").GetString()!] = Line(profile.GetProperty("identifiers").EnumerateArray()
                .Select(i => (i.TryGetProperty("shared", out _) ? "~" : "") + i.GetProperty("value").GetString()));
        }

        return Sorted(profiles.Values);
    }

    public static string Sorted(string expected) => Sorted(expected.Split('|').Select(p => Line(p.Split(' ', StringSplitOptions.RemoveEmptyEntries))));

    public async Task<JsonElement?> FindAsync(string type, string value) =>
        ProfileRef.TryParse(Kit.Rules, $"{type}:{value}", out var reference, out _) && await Kit.Grid.GetAsync(EngineKit.Workspace, reference) is { } view
            ? JsonDocument.Parse(view.Json).RootElement
            : null;

    public async Task<string> TraitsAsync(string type, string value) => string.Join(
        ' ', (await FindAsync(type, value))!.Value.GetProperty("traits").EnumerateObject().Select(t => $"{t.Name}={t.Value}").Order(StringComparer.Ordinal));

    private static string Sorted(IEnumerable<string> profiles) => string.Join(" | ", profiles.Order(StringComparer.Ordinal));

    private static string Line(IEnumerable<string> values) => string.Join(' ', values.Order(StringComparer.Ordinal));

    private async Task SendOneAsync(string text)
    {
        var words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var source = words.Contains("trusted") ? new EventSource("back end", Trusted: true)
            : words.Contains("kiosk") ? new EventSource("kiosk", SharedDevice: true)
            : new EventSource("web");
        var values = words.Skip(1).Where(w => w.Contains('=', StringComparison.Ordinal)).Select(w => w.Split('=', 2)).ToDictionary(p => p[0], p => p[1]);
        var at = values.TryGetValue("at", out var given) ? double.Parse(given, CultureInfo.InvariantCulture) : _events + 1;
        _events++;
        var outcome = await Kit.SendAsync(Json(words[0], values).ToJsonString(), at, source, values.GetValueOrDefault("id"));
        Outcomes.Add(outcome);
    }

    private JsonObject Json(string type, Dictionary<string, string> values)
    {
        JsonObject e = new() { ["type"] = type }, traits = [], device = [];
        JsonArray external = [];
        if (type == "track") e["event"] = "Seen";
        foreach (var (name, value) in values)
        {
            if (s_types.TryGetValue(name, out var known)) _sent.Add((known, value));
            switch (name)
            {
                case "user": e["userId"] = value; break;
                case "anon": e["anonymousId"] = value; break;
                case "prev": e["previousId"] = value; break;
                case "email" or "phone": traits[name] = value; break;
                case "device": device["id"] = value; break;
                case "idfa": (device["advertisingId"], device["type"]) = (value, "ios"); break;
                case "gaid": (device["advertisingId"], device["type"]) = (value, "android"); break;
                default:
                    if (name.StartsWith("t.", StringComparison.Ordinal)) traits[name[2..]] = value == "null" ? null : value;
                    if (!name.StartsWith("ext.", StringComparison.Ordinal)) break;
                    external.Add(new JsonObject { ["id"] = value, ["type"] = name[4..], ["collection"] = "users" });
                    _sent.Add((name[4..], value));
                    break;
            }
        }

        JsonObject context = new() { ["device"] = device, ["externalIds"] = external };
        if (type == "identify") e["traits"] = traits;
        else context["traits"] = traits;
        e["context"] = context;
        return e;
    }
}
