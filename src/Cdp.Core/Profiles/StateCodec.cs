using System.Text.Json;
using Cdp.Core.Activation.State;
using Cdp.Core.Audiences.Consent;
using Cdp.Core.Audiences.Membership;
using Cdp.Core.Geofences.Tracking;
using Cdp.Core.Identity;
using Cdp.Core.Journal;

namespace Cdp.Core.Profiles;

/// <summary>Snapshots of a customer's state: our own JSON, format version 1, or 2 where rules judged traits. A snapshot only shortens a load; the journal stays the truth.</summary>
public static class StateCodec
{
    /// <summary>Writes a state. Equal states give equal bytes, so that a replay can be compared with what is in memory.</summary>
    /// <param name="state">The state, which must not change meanwhile.</param>
    /// <returns>UTF-8 JSON.</returns>
    public static byte[] Write(CustomerState state) => RecordCodec.Build(json =>
    {
        json.WriteString("id", state.Id.Value);
        json.WriteNumber("ver", state.Version);
        json.WriteNumber("upd", state.UpdatedAtMs);
        json.WriteNumber("st", (int)state.Status);
        if (state.Successor is { } successor) json.WriteString("suc", successor.Value);
        json.WriteStartArray("abs");
        foreach (var (stream, lastVersion) in state.Absorbed)
        {
            json.WriteStartArray();
            json.WriteStringValue(stream.Value);
            json.WriteNumberValue(lastVersion);
            json.WriteEndArray();
        }

        json.WriteEndArray();
        json.WriteStartArray("links");
        Link[] links = [.. state.Links.Values];
        Array.Sort(links, static (left, right) => left.Identifier.CompareTo(right.Identifier));
        foreach (var link in links) WriteLink(json, link);
        json.WriteEndArray();
        if (state.IsThird) json.WriteBoolean("third", true);
        if (state.Listed.Count > 0)
        {
            json.WriteStartArray("listed");
            foreach (var link in state.Listed.OrderBy(l => l.Identifier).ThenBy(l => l.Part)) WriteListed(json, link);
            json.WriteEndArray();
        }

        json.WriteStartArray("ref");
        foreach (var (identifier, code) in state.Refusals)
        {
            json.WriteStartArray();
            json.WriteStringValue(identifier.Type);
            json.WriteStringValue(identifier.Value);
            json.WriteStringValue(code);
            json.WriteEndArray();
        }

        json.WriteEndArray();
        if (state.NeverMergeWith.Count > 0)
        {
            json.WriteStartArray("nm");
            foreach (var customer in state.NeverMergeWith) json.WriteStringValue(customer.Value);
            json.WriteEndArray();
        }

        if (state.Joins.Count > 0)
        {
            json.WriteStartArray("jn");
            foreach (var (survivor, absorbed, atMs) in state.Joins)
            {
                json.WriteStringValue(survivor.Value);
                json.WriteStringValue(absorbed.Value);
                json.WriteNumberValue(atMs);
            }

            json.WriteEndArray();
        }

        if (state.JudgedBy.Length > 0)
        {
            json.WriteString("mby", state.JudgedBy);
            json.WritePropertyName("mem");
            MembershipCodec.Write(json, state.Memberships);
        }

        if (!state.Activation.IsEmpty)
        {
            json.WritePropertyName("act");
            ActivationCodec.Write(json, state.Activation);
        }

        if (!ReferenceEquals(state.Track, TrackState.Empty))
        {
            json.WriteNumber("trkv", state.TrackedAt);
            json.WritePropertyName("trk");
            TrackCodec.Write(json, state.Track);
        }

        json.WriteStartArray("parts");
        foreach (var part in state.Parts.OrderBy(p => p.Stream)) PartCodec.Write(json, part);
        json.WriteEndArray();
    }, state.Parts.Any(static p => p.Aggregates is not null) ? RecordCodec.VersionWithTraitRules : RecordCodec.Version);

    /// <summary>Reads a state.</summary>
    /// <param name="snapshot">UTF-8 JSON.</param>
    /// <returns>The state as it was written.</returns>
    /// <exception cref="FormatException">It is of an unknown format version.</exception>
    public static CustomerState Read(ReadOnlyMemory<byte> snapshot)
    {
        using var document = RecordCodec.Parse(snapshot, RecordCodec.VersionWithTraitRules);
        var root = document.RootElement;
        var state = new CustomerState(new(root.GetProperty("id"u8).GetGuid()));
        state.Restore(
            root.GetProperty("ver"u8).GetInt64(),
            root.GetProperty("upd"u8).GetInt64(),
            (CustomerStatus)root.GetProperty("st"u8).GetInt32(),
            root.TryGetProperty("suc"u8, out var successor) ? new CustomerId(successor.GetGuid()) : null,
            root.GetProperty("abs"u8).EnumerateArray().Select(a => (new CustomerId(a[0].GetGuid()), a[1].GetInt64())),
            root.GetProperty("parts"u8).EnumerateArray().Select(PartCodec.Read),
            root.GetProperty("links"u8).EnumerateArray().Select(ReadLink),
            root.GetProperty("ref"u8).EnumerateArray().Select(r => (RecordCodec.ReadIdentifier(r), r[2].GetString()!)),
            root.TryGetProperty("nm"u8, out var never) ? never.EnumerateArray().Select(n => new CustomerId(n.GetGuid())) : [],
            root.TryGetProperty("jn"u8, out var joins)
                ? joins.EnumerateArray().Chunk(3).Select(j => new PartsJoined(new(j[0].GetGuid()), new(j[1].GetGuid()), j[2].GetInt64()))
                : []);
        if (root.TryGetProperty("mem"u8, out var memberships)) state.RestoreMemberships(MembershipCodec.Read(memberships), root.GetProperty("mby"u8).GetString()!);
        if (root.TryGetProperty("act"u8, out var activation)) state.RestoreActivation(ActivationCodec.Read(activation));
        if (root.TryGetProperty("trk"u8, out var track)) state.RestoreTrack(TrackCodec.Read(track), root.GetProperty("trkv"u8).GetInt64());
        state.RestoreSharing(
            root.TryGetProperty("third"u8, out _),
            root.TryGetProperty("listed"u8, out var listed) ? listed.EnumerateArray().Select(ReadListed) : []);
        return state;
    }

    private static void WriteListed(Utf8JsonWriter json, ListedLink link)
    {
        json.WriteStartArray();
        json.WriteStringValue(link.Identifier.Type);
        json.WriteStringValue(link.Identifier.Value);
        json.WriteStringValue(link.Third.Value);
        json.WriteStringValue(link.Part.Value);
        json.WriteNumberValue(link.LinkedAtMs);
        json.WriteNumberValue(link.LastSeenMs);
        json.WriteStringValue(link.Source);
        json.WriteEndArray();
    }

    private static ListedLink ReadListed(JsonElement json) => new()
    {
        Identifier = RecordCodec.ReadIdentifier(json),
        Third = new(json[2].GetGuid()),
        Part = new(json[3].GetGuid()),
        LinkedAtMs = json[4].GetInt64(),
        LastSeenMs = json[5].GetInt64(),
        Source = StringPool.Shared.Intern(json[6].GetString()!),
    };

    private static void WriteLink(Utf8JsonWriter json, Link link)
    {
        json.WriteStartArray();
        json.WriteStringValue(link.Identifier.Type);
        json.WriteStringValue(link.Identifier.Value);
        json.WriteStringValue(link.Part.Value);
        json.WriteNumberValue(link.LinkedAtMs);
        json.WriteNumberValue(link.LastSeenMs);
        json.WriteStringValue(link.Source);
        json.WriteStringValue(link.Epoch.Stream.Value);
        json.WriteNumberValue(link.Epoch.Version);
        if (link.NotBeforeMs is { } notBefore) json.WriteNumberValue(notBefore);
        json.WriteEndArray();
    }

    private static Link ReadLink(JsonElement json) => new()
    {
        Identifier = RecordCodec.ReadIdentifier(json),
        Part = new(json[2].GetGuid()),
        LinkedAtMs = json[3].GetInt64(),
        LastSeenMs = json[4].GetInt64(),
        Source = StringPool.Shared.Intern(json[5].GetString()!),
        Epoch = new Epoch(new(json[6].GetGuid()), json[7].GetInt64()),
        NotBeforeMs = json.GetArrayLength() > 8 ? json[8].GetInt64() : null,
    };
}
