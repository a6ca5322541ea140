using System.Buffers;
using System.Text.Json;
using Cdp.Core.Identity;
using Cdp.Core.Journal.Index;
using Cdp.Core.Profiles;

namespace Cdp.Core.Geofences.Tracking;

/// <summary>Transitions as subscribers of a fence read them. They never hold a position.</summary>
public static class FenceFeed
{
    /// <summary>The feed of a fence.</summary>
    /// <param name="fence">The fence's id.</param>
    /// <returns>The topic.</returns>
    public static string Topic(string fence) => "fence:" + fence;

    /// <summary>The name of a kind in documents.</summary>
    /// <param name="kind">One kind.</param>
    /// <returns>Its lower-case name.</returns>
    public static string NameOf(FenceEvents kind) => kind switch
    {
        FenceEvents.Enter => "enter",
        FenceEvents.Exit => "exit",
        FenceEvents.Dwell => "dwell",
        _ => "cross",
    };

    /// <summary>Makes the feed's entry of a transition.</summary>
    /// <param name="customer">The customer.</param>
    /// <param name="nowMs">Unix milliseconds of the decision.</param>
    /// <param name="transition">The transition.</param>
    /// <returns>The entry.</returns>
    public static FeedEntry Of(CustomerId customer, long nowMs, FenceTransition transition)
    {
        ArgumentNullException.ThrowIfNull(transition);
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            Write(json, transition);
            json.WriteString("profileId", customer.Value);
            json.WriteEndObject();
        }

        return new(Topic(transition.FenceId), customer, nowMs, buffer.WrittenMemory);
    }

    /// <summary>Writes a transition's members.</summary>
    /// <param name="json">Inside an object.</param>
    /// <param name="transition">The transition.</param>
    public static void Write(Utf8JsonWriter json, FenceTransition transition)
    {
        ArgumentNullException.ThrowIfNull(json);
        ArgumentNullException.ThrowIfNull(transition);
        json.WriteString("id", transition.Id);
        json.WriteString("fence", transition.FenceId);
        json.WriteNumber("version", transition.FenceVersion);
        json.WriteString("kind", NameOf(transition.Kind));
        json.WriteString("deviceId", transition.DeviceId);
        ProfileJson.WriteTime(json, "at", transition.AtMs);
        if (transition.DwellSeconds is { } dwell) json.WriteNumber("dwellSeconds", dwell);
        if (transition.Initial) json.WriteBoolean("initial", true);
        if (transition.Synthetic) json.WriteBoolean("synthetic", true);
    }
}
