using System.Net;
using Cdp.Testing.Waiting;

namespace Cdp.Standalone.Tests.Processes;

[Collection(ProcessesCollection.Name)]
public sealed class ReloadTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly ScratchFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Keys_change_with_the_file_while_the_server_runs()
    {
        await using var server = await TestedServer.StartAsync(_folder.Data, Keys("old", "stays"));
        using var old = new GridClient(server.Url, "old");
        using var stays = new GridClient(server.Url, "stays");
        using var added = new GridClient(server.Url, "added");
        using var dev = new GridClient(server.Url, "dev");
        var people = new People();
        Assert.Equal(HttpStatusCode.OK, await SendAsync(old));
        Assert.Equal(HttpStatusCode.Unauthorized, await SendAsync(added));

        Keys("stays", "added");
        await Eventually.TrueAsync("the new key works", Patience, async () => await SendAsync(added) == HttpStatusCode.OK);
        Assert.Equal(HttpStatusCode.Unauthorized, await SendAsync(old));
        Assert.Equal(HttpStatusCode.OK, await SendAsync(stays));

        _folder.Config("""{"Cdp":{"Workspaces":{""");
        await Eventually.TrueAsync("a broken file is named", Patience, () => server.Errors.Contains("not valid JSON", StringComparison.Ordinal));
        Assert.Equal(HttpStatusCode.OK, await SendAsync(added));

        _folder.Config("{}");
        await Eventually.TrueAsync("a file without keys is refused", Patience, () => server.Errors.Contains("the last key cannot be removed", StringComparison.Ordinal));
        Assert.Equal(HttpStatusCode.Unauthorized, await SendAsync(dev));
        Assert.Equal(HttpStatusCode.OK, await SendAsync(stays));
        foreach (var key in new[] { "old", "stays", "added" }) Assert.DoesNotContain($"\"{key}\"", server.Errors, StringComparison.Ordinal);

        async Task<HttpStatusCode> SendAsync(GridClient client) => (await client.SendAsync([people.NextPage("a")])).Status;
    }

    private string Keys(params string[] keys) => _folder.Config(
        """{"Cdp":{"Workspaces":{"shop":{"ApiKeys":[""" +
        string.Join(',', keys.Select(k => $$"""{"Key":"{{k}}","Scopes":["read","ingest"]}""")) +
        "]}}}}");
}
