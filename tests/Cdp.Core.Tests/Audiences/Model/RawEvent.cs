using System.Globalization;
using System.Text.Json;
using Cdp.Core.Events;
using Cdp.Core.Tests.Profiles;

namespace Cdp.Core.Tests.Audiences.Model;

/// <summary>An event as the model sees it: names and JSON, nothing else of the engine's.</summary>
internal sealed record RawEvent(int Part, long AtMs, long ReceivedMs, string Call, string? Name, string Properties, string Context, string MessageId, int Priority)
{
    public long OrderMs => Math.Min(AtMs, ReceivedMs);

    public JsonElement PropertiesJson { get; } = JsonDocument.Parse(Properties).RootElement;

    public JsonElement ContextJson { get; } = JsonDocument.Parse(Context).RootElement;

    /// <summary>The traits of an identify stand in the properties here.</summary>
    public CustomerEvent ToEvent()
    {
        var body = Call == "identify" ? $",\"traits\":{Properties}" : $",\"properties\":{Properties}";
        var name = Name is null ? "" : $",\"n\":{JsonSerializer.Serialize(Name)}";
        return Make.Event(
            AtMs - Make.Start, MessageId, string.Create(CultureInfo.InvariantCulture, $"{name}{body},\"context\":{Context}"), Call, ReceivedMs - Make.Start, Priority);
    }
}
