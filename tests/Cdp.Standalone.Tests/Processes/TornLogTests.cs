using System.Net;
using Cdp.Testing;
using Xunit.Abstractions;

namespace Cdp.Standalone.Tests.Processes;

[Collection(ProcessesCollection.Name)]
public sealed class TornLogTests(ITestOutputHelper output)
{
    private const int Batches = 120;
    private const int Cuts = 8;

    /// <summary>
    /// A log that ends early is a medium that lost acknowledged data; what had been committed before the cut survives, and no unit is there half.
    /// </summary>
    [Fact]
    public async Task A_log_cut_at_any_byte_keeps_every_commit_before_the_cut()
    {
        var seed = Seeds.Next(output);
        var random = new Random(seed);
        using var folder = new ScratchFolder();
        var log = Path.Combine(folder.Data, "grid.db-wal");
        var (people, history) = (new People(), new History());
        var endOf = new Dictionary<string, long>(StringComparer.Ordinal);
        await using (var server = await TestedServer.StartAsync(folder.Data))
        {
            using var client = new GridClient(server.Url);
            for (var i = 0; i < Batches; i++)
            {
                var batch = people.NextBatch(random);
                Assert.Equal(HttpStatusCode.OK, await history.SendAsync(client, batch));
                foreach (var e in batch) endOf[e.MessageId] = new FileInfo(log).Length;
            }

            await server.KillAsync();
        }

        var length = new FileInfo(log).Length;
        for (var cut = 0; cut < Cuts; cut++)
        {
            var at = cut == 0 ? 0 : random.NextInt64(length);
            var copy = folder.File("cut" + cut);
            ScratchFolder.Copy(folder.Data, copy);
            using (var file = File.OpenWrite(Path.Combine(copy, "grid.db-wal"))) file.SetLength(at);

            await using var server = await TestedServer.StartAsync(copy);
            using var client = new GridClient(server.Url);
            var audit = await Audit.OfAsync(client, history, e => endOf[e.MessageId] > at);
            output.WriteLine($"cut at {at} of {length}: {audit}");
            Assert.True(audit.Violations.Count == 0, $"cut at {at} of {length}: {audit.Report()}");
            Assert.True(at > 0 || audit.Found == 0);

            // What was lost can be sent again; what was not is found as duplicate.
            var retried = new History();
            foreach (var chunk in history.Events.OrderBy(e => endOf[e.MessageId]).Select(e => e.Again()).Chunk(50))
                Assert.Equal(HttpStatusCode.OK, await retried.SendAsync(client, chunk));
            var again = await Audit.OfAsync(client, retried);
            Assert.True(again.Violations.Count == 0 && again.Found == again.Sent, $"sent again after a cut at {at}: {again.Report()}");
        }
    }
}
