using System.Text.Json;

namespace Cdp.Benchmarks.Peers;

/// <summary>Proves, before anything is measured, that a server does the work that it is measured at.</summary>
internal static class ContractCheck
{
    /// <summary>
    /// A batch that is sent twice counts once and shows at once in a read by each identifier; an event that names two people joins them, counts and
    /// all; many batches about the same few people at the same time lose and double nothing.
    /// </summary>
    /// <exception cref="InvalidOperationException">The server does otherwise.</exception>
    public static async Task RunAsync(ServerUnderTest server)
    {
        string[] batch = [Track("check-anonymous", "check-1"), Track("check-anonymous", "check-2"), Identify("check-user", "check-3", "check@example.com", "Ann")];
        for (var i = 0; i < 2; i++) await server.Feed.SendAsync(batch);
        await ExpectAsync(server, "anonymous_id:check-anonymous", count: 2, viewed: 2);
        await ExpectAsync(server, "user_id:check-user", count: 1, viewed: 0, "Ann");
        await ExpectAsync(server, "email:check@example.com", count: 1, viewed: 0, "Ann");

        await server.Feed.SendAsync(["""{"type":"identify","messageId":"check-4","userId":"check-user","anonymousId":"check-anonymous","traits":{"plan":"pro"}}"""]);
        var id = await ExpectAsync(server, "user_id:check-user", count: 4, viewed: 2, "Ann");
        foreach (var other in new[] { "anonymous_id:check-anonymous", "email:check@example.com" })
        {
            if (await ExpectAsync(server, other, count: 4, viewed: 2, "Ann") != id) throw Wrong(server, $"{other} has another profile");
        }

        await server.Feed.SendAsync([.. Enumerable.Range(0, 4_000).Select(i => Track($"check-crowd-{i % 7}", $"check-crowd-{i % 3_500}"))]);
        for (var i = 0; i < 7; i++) await ExpectAsync(server, $"anonymous_id:check-crowd-{i}", count: 500, viewed: 500);
    }

    private static string Track(string anonymousId, string messageId) =>
        $$"""{"type":"track","event":"Product Viewed","messageId":"{{messageId}}","anonymousId":"{{anonymousId}}","timestamp":"2026-01-02T03:04:05.678Z"}""";

    private static string Identify(string userId, string messageId, string email, string name) =>
        $$"""{"type":"identify","messageId":"{{messageId}}","userId":"{{userId}}","traits":{"email":"{{email}}","name":"{{name}}"} }""";

    /// <summary>Compares a profile and returns its id.</summary>
    private static async Task<string> ExpectAsync(ServerUnderTest server, string reference, long count, long viewed, string? name = null)
    {
        using var json = JsonDocument.Parse(await server.Feed.ReadAsync(reference));
        var computed = json.RootElement.GetProperty("computed");
        var found = (
            computed.GetProperty("eventCount").GetInt64(),
            computed.GetProperty("events").TryGetProperty("Product Viewed", out var n) ? n.GetInt64() : 0,
            json.RootElement.GetProperty("traits").TryGetProperty("name", out var trait) ? trait.GetString() : null);
        return found == (count, viewed, name)
            ? json.RootElement.GetProperty("id").GetString()!
            : throw Wrong(server, $"{reference}: {found} instead of {(count, viewed, name)}");
    }

    private static InvalidOperationException Wrong(ServerUnderTest server, string what) => new($"{server.Name} is wrong: {what}.");
}
