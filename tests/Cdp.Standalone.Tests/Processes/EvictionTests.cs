using System.Net;
using Cdp.Testing;
using Xunit.Abstractions;

namespace Cdp.Standalone.Tests.Processes;

[Collection(ProcessesCollection.Name)]
public sealed class EvictionTests(ITestOutputHelper output)
{
    private const int Customers = 1_000;

    [Fact]
    public async Task A_thousand_customers_come_back_the_same_where_a_hundred_fit_in_memory()
    {
        var seed = Seeds.Next(output);
        var random = new Random(seed);
        using var folder = new ScratchFolder();
        var config = folder.Config("""{"Cdp":{"Memory":{"MaxActiveCustomers":100,"MaxActiveIdentifiers":150}}}""");
        var people = new People { Count = Customers };
        var history = new History();
        await using var server = await TestedServer.StartAsync(folder.Data, config);
        using var client = new GridClient(server.Url);
        while (history.Events.Select(e => e.Anchor).Distinct().Count() < Customers)
        {
            var batches = Enumerable.Range(0, 16).Select(_ => people.NextBatch(random)).ToList();
            Assert.All(await Task.WhenAll(batches.Select(b => history.SendAsync(client, b))), status => Assert.Equal(HttpStatusCode.OK, status));
        }

        // Who was read a moment ago is in memory; after a round over all others everybody has left it and come back.
        var references = history.Events.Select(e => e.Anchor).Distinct().ToList();
        var first = new Dictionary<string, string>();
        foreach (var reference in references) first[reference] = await client.ProfileJsonAsync(reference);
        foreach (var reference in references) Assert.Equal(first[reference], await client.ProfileJsonAsync(reference));

        var audit = await Audit.OfAsync(client, history);
        output.WriteLine(audit.ToString());
        Assert.True(audit.Violations.Count == 0, audit.Report());
        Assert.True(audit.Profiles > 500, audit.ToString());
    }

    [Fact]
    public async Task A_profile_is_the_same_before_it_left_memory_and_after()
    {
        using var folder = new ScratchFolder();
        var config = folder.Config("""{"Cdp":{"Memory":{"MaxActiveCustomers":100,"MaxActiveIdentifiers":100}}}""");
        var people = new People();
        await using var server = await TestedServer.StartAsync(folder.Data, config);
        using var client = new GridClient(server.Url);
        var before = new Dictionary<string, string>();
        for (var customer = 0; customer < Customers; customer++)
        {
            var name = $"customer{customer}";
            Assert.Equal(HttpStatusCode.OK, (await client.SendAsync([people.NextPage(name), people.NextPage(name)])).Status);
            before[name] = await client.ProfileJsonAsync("anonymous_id:" + name);
        }

        foreach (var (name, json) in before) Assert.Equal(json, await client.ProfileJsonAsync("anonymous_id:" + name));
        await server.KillAsync();

        await using var again = await TestedServer.StartAsync(folder.Data, config);
        using var later = new GridClient(again.Url);
        foreach (var (name, json) in before) Assert.Equal(json, await later.ProfileJsonAsync("anonymous_id:" + name));
    }
}
