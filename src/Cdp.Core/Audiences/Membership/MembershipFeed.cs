using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Cdp.Core.Identity;
using Cdp.Core.Journal.Index;
using Cdp.Core.Profiles;

namespace Cdp.Core.Audiences.Membership;

/// <summary>Entries and exits as subscribers of an audience read them.</summary>
public static class MembershipFeed
{
    /// <summary>The feed of an audience.</summary>
    /// <param name="audience">The audience's id.</param>
    /// <returns>The topic.</returns>
    public static string Topic(string audience) => "audience:" + audience;

    /// <summary>The name of a cause in documents.</summary>
    /// <param name="cause">The cause.</param>
    /// <returns>Its lower-case name.</returns>
    public static string NameOf(ChangeCause cause) => cause switch
    {
        ChangeCause.Event => "event",
        ChangeCause.Time => "time",
        ChangeCause.Merge => "merge",
        ChangeCause.Split => "split",
        ChangeCause.Definition => "definition",
        _ => "erase",
    };

    /// <summary>The name of a kind in documents.</summary>
    /// <param name="kind">The kind.</param>
    /// <returns><c>enter</c> or <c>exit</c>.</returns>
    public static string NameOf(ChangeKind kind) => kind == ChangeKind.Enter ? "enter" : "exit";

    /// <summary>Makes the feed's entries of one record's changes.</summary>
    /// <param name="customer">The customer.</param>
    /// <param name="version">The version of the record, which with the audience makes the entries' ids: a replay gives the same ones.</param>
    /// <param name="nowMs">Unix milliseconds of the decision.</param>
    /// <param name="changes">The changes, in order.</param>
    /// <returns>One entry per change, in the same order.</returns>
    public static IReadOnlyList<FeedEntry> Of(CustomerId customer, long version, long nowMs, IReadOnlyList<MembershipChange> changes)
    {
        var entries = new FeedEntry[changes.Count];
        for (var i = 0; i < entries.Length; i++) entries[i] = new(Topic(changes[i].Audience), customer, nowMs, Body(customer, version, i, changes[i]));
        return entries;
    }

    private static ReadOnlyMemory<byte> Body(CustomerId customer, long version, int place, MembershipChange change)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("id", string.Create(CultureInfo.InvariantCulture, $"{customer}.{version}.{place}"));
            json.WriteString("audience", change.Audience);
            json.WriteNumber("version", change.Version);
            json.WriteString("profileId", customer.ToString());
            json.WriteString("kind", NameOf(change.Kind));
            ProfileJson.WriteTime(json, "at", change.AtMs);
            json.WriteString("cause", NameOf(change.Cause));
            json.WriteBoolean("historical", change.Historical);
            json.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }
}
