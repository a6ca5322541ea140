using Cdp.Core.Journal;
using Cdp.Storage.Sqlite;
using Cdp.Testing.Sqlite;
using static Cdp.Testing.Journal.Units;

namespace Cdp.Storage.Tests.Faults;

/// <summary>The power fails during an erasure and after it: an erasure that is there is physical after the next start.</summary>
public sealed class EraseCutTests
{
    [Fact]
    public async Task After_a_power_cut_the_next_start_leaves_no_byte_of_an_erased_customer()
    {
        using var folder = new TempFolder();
        using var images = new TempFolder();
        var during = 0;
        using (var disk = FaultVfs.Attach(folder.Path))
        {
            await using var journal = await SqliteJournal.OpenAsync(new() { Directory = folder.Path }, TimeProvider.System);
            await journal.CommitAsync(Unit(Customer(1).At(0, Event(1, new string('x', 20_000) + "MARKER"), Event(2, "MARKER"))));
            await journal.SaveSnapshotsAsync(Workspace, [Snapshot(Customer(1), 1, "MARKER")]);
            await journal.CommitAsync(Unit(Customer(2).At(0, Event(1, "stays"))));

            disk.Plan = call =>
            {
                var number = Interlocked.Increment(ref during);
                disk.Cut(images.File($"during{number}"), seed: number);
                return null;
            };
            Assert.Equal(CommitOutcome.Committed, await journal.EraseAsync(new(Workspace, [(Customer(1), 2)], [], 9, false)));
            disk.Plan = static _ => null;
            for (var n = 1; n <= 16; n++) disk.Cut(images.File($"after{n}"), seed: n);
        }

        var erased = 0;
        for (var n = 1; n <= during; n++) erased += await IsErased(images.File($"during{n}")) ? 1 : 0;
        Assert.InRange(erased, 1, during - 1);
        for (var n = 1; n <= 16; n++) Assert.True(await IsErased(images.File($"after{n}")), $"after{n}");
    }

    private static async Task<bool> IsErased(string image)
    {
        bool isErased;
        await using (var journal = await SqliteJournal.OpenAsync(new() { Directory = image }, TimeProvider.System))
        {
            Assert.Empty(await journal.CheckAsync());
            Assert.Equal(CommitOutcome.Committed, await journal.CommitAsync(Unit(Customer(2).At(1, Event(2)))));
            var load = (await journal.LoadAsync(Workspace, Customer(1)))!;
            isErased = load.Tail[^1].Kind == RecordKind.Erased;
            if (!isErased) Assert.Equal((1, "MARKER"), (load.Snapshot!.Version, load.Tail.Single().Body.Text()));
        }
        if (isErased) Assert.All(Directory.GetFiles(image), static path => Assert.Equal(-1, File.ReadAllBytes(path).AsSpan().IndexOf("MARKER"u8)));
        return isErased;
    }
}
