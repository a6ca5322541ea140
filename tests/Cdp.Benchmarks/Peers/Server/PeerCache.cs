using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Cdp.Benchmarks.Peers.Resp;

namespace Cdp.Benchmarks.Peers.Server;

/// <summary>
/// Redis in front of the store: <c>i:type:value</c> holds a customer's id, <c>c:id</c> its profile as a hash, each field raw JSON. Writes carry the
/// row's version, so that an older one that comes late changes nothing; an absorbed customer leaves a mark that sends readers to the store.
/// </summary>
internal sealed class PeerCache(RespClient redis)
{
    private const string Script = """
        local held = redis.call('HGET', KEYS[1], 'version')
        if held and tonumber(held) >= tonumber(ARGV[2]) then return 0 end
        redis.call('DEL', KEYS[1])
        redis.call('HSET', KEYS[1], unpack(ARGV))
        return 1
        """;

#pragma warning disable CA5350 // Redis names scripts by their SHA-1.
    private static readonly string ScriptHash = Convert.ToHexStringLower(SHA1.HashData(Encoding.UTF8.GetBytes(Script)));
#pragma warning restore CA5350

    public async Task LoadScriptAsync()
    {
        await redis.ConnectAsync();
        using var reply = await redis.SendAsync(RespRequest.OfThread().Command(3).Part("SCRIPT"u8).Part("LOAD"u8).Part(Script));
        reply.Read().ReadBulk();
    }

    /// <summary>Reads the hash of the profile that has an identifier.</summary>
    /// <returns>The reply to HGETALL, to be disposed of; null when the cache cannot answer.</returns>
    public async ValueTask<RespReply?> ReadAsync(string reference)
    {
        await redis.ConnectAsync();
        ValueTask<RespReply> second;
        using (var first = await redis.SendAsync(RespRequest.OfThread().Command(2).Part("GET"u8).Part(reference, "i:"u8)))
        {
            if (!first.Read().TryReadBulk(out var id)) return null;
            second = redis.SendAsync(RespRequest.OfThread().Command(2).Part("HGETALL"u8).Part(id));
        }

        var reply = await second;
        // An absorbed customer's mark has no more than a version.
        if (reply.Read().ReadArray() > 2) return reply;
        reply.Dispose();
        return null;
    }

    /// <summary>Brings the profiles and identifiers of a committed batch into the cache.</summary>
    public async Task WriteAsync(PeerBatch batch)
    {
        await redis.ConnectAsync();
        var request = RespRequest.OfThread();
        foreach (var profile in batch.Changed) Write(request, profile);
        foreach (var profile in batch.Repeated) Write(request, profile);
        foreach (var (absorbed, _) in batch.Merges)
            request.Command(6).Part("EVALSHA"u8).Part(ScriptHash).Part("1"u8).Part(absorbed.Id.ToString(), "c:"u8).Part("version"u8).Part(Last);
        foreach (var key in batch.NewKeys) Write(request, key.Type, key.Value, batch.OwnerOf(key));
        foreach (var profile in batch.Merges.Select(m => m.Survivor).Where(batch.Changed.Contains).Concat(batch.Repeated))
        {
            foreach (var identifier in profile.State.Identifiers) Write(request, identifier.Type, identifier.Value, profile);
        }

        await SendAsync(request);
    }

    /// <summary>Brings one profile into the cache.</summary>
    public async Task WriteAsync(PeerProfile profile)
    {
        await redis.ConnectAsync();
        var request = RespRequest.OfThread();
        Write(request, profile);
        foreach (var identifier in profile.State.Identifiers) Write(request, identifier.Type, identifier.Value, profile);
        await SendAsync(request);
    }

    private async Task SendAsync(RespRequest request)
    {
        var commands = request.Commands;
        if (commands == 0) return;
        using var reply = await redis.SendAsync(request);
        Check(reply, commands);
    }

    private static void Check(RespReply reply, int commands)
    {
        var reader = reply.Read();
        for (var i = 0; i < commands; i++) reader.ReadDone();
    }

    private static void Write(RespRequest request, string type, string value, PeerProfile owner) =>
        request.Command(3).Part("SET"u8).Part($"{type}:{value}", "i:"u8).Part(owner.Id.ToString(), "c:"u8);

    private static void Write(RespRequest request, PeerProfile profile)
    {
        var state = profile.State;
        request.Command(4 + (2 * (10 + state.Traits.Count))).Part("EVALSHA"u8).Part(ScriptHash).Part("1"u8).Part(profile.Id.ToString(), "c:"u8);
        request.Part("version"u8).Part(profile.Version.ToString(CultureInfo.InvariantCulture));
        request.Part("id"u8).Part($"\"{profile.Id}\"");
        request.Part("workspace"u8).Part("\"default\""u8);
        request.Part("identified"u8).Part(state.Identifiers.Exists(i => i.Type != "anonymous_id") ? "true"u8 : "false"u8);
        request.Part("createdAt"u8).Part(JsonSerializer.SerializeToUtf8Bytes(state.CreatedAt));
        request.Part("updatedAt"u8).Part(JsonSerializer.SerializeToUtf8Bytes(state.UpdatedAt));
        request.Part("lastSeenAt"u8).Part(JsonSerializer.SerializeToUtf8Bytes(state.LastSeenAt));
        request.Part("identifiers"u8).Part(JsonSerializer.SerializeToUtf8Bytes(state.Identifiers, PeerJson.Default.ListPeerIdentifier));
        request.Part("eventCount"u8).Part(state.EventCount.ToString(CultureInfo.InvariantCulture));
        request.Part("events"u8).Part(JsonSerializer.SerializeToUtf8Bytes(state.Events, PeerJson.Default.DictionaryStringInt64));
        foreach (var (name, value) in state.Traits) request.Part(name, "t:"u8).Part(System.Runtime.InteropServices.JsonMarshal.GetRawUtf8Value(value));
    }

    // 2^53, the greatest version that Lua's numbers tell apart.
    private static ReadOnlySpan<byte> Last => "9007199254740992"u8;
}
