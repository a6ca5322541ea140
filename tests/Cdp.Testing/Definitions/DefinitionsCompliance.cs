using System.Text;
using Cdp.Core.Definitions;
using Cdp.Testing.Requirements;
using Xunit;

namespace Cdp.Testing.Definitions;

/// <summary>What <see cref="IDefinitions"/> promises, for every store alike. A test class per store derives from it.</summary>
public abstract class DefinitionsCompliance : IAsyncLifetime
{
    private const string Shop = "shop", Kind = "audience", Name = "vip";

    private IDefinitions store = null!;

    /// <summary>A new, empty store.</summary>
    protected abstract Task<IDefinitions> OpenAsync();

    /// <summary>Closes what <see cref="OpenAsync"/> opened.</summary>
    protected virtual Task CloseAsync() => Task.CompletedTask;

    public async Task InitializeAsync() => store = await OpenAsync();

    public Task DisposeAsync() => CloseAsync();

    [SuiteFact]
    public async Task What_was_never_written_is_not_there()
    {
        Assert.Null(await store.ReadAsync(Shop, Kind, Name));
        Assert.Empty(await store.ListAsync(Shop, Kind));
        Assert.Empty(await store.HistoryAsync(Shop, Kind, Name, 10));
        Assert.Empty(await store.LatestChangesAsync());
        Assert.Empty(await store.ChangesAsync(Shop, 0));
        Assert.Equal(new DefinitionOutcome(DefinitionStatus.NotFound, null), await store.WriteAsync(Delete()));
    }

    [SuiteFact]
    public async Task A_version_comes_back_as_it_was_written_and_belongs_to_the_caller()
    {
        var body = "{\"a\":\"ü€😀\",\"b\":[1,2.50]}"u8.ToArray();
        var expected = body.ToArray();
        var outcome = await store.WriteAsync(new(Shop, Kind, "Größe & Maß", body, 123, "key:0a1b", "because ✓"));
        Array.Clear(body);

        Assert.Equal((DefinitionStatus.Written, 1L, 1L), (outcome.Status, outcome.Latest!.Version, outcome.Latest.Change));
        var read = await store.ReadAsync(Shop, Kind, "Größe & Maß");
        Assert.Equal(("Größe & Maß", 1L, 1L, 123L, "key:0a1b", "because ✓"), (read!.Name, read.Version, read.Change, read.AtMs, read.By, read.Reason));
        Assert.Equal(expected, read.Body);
        Assert.Equal(expected, outcome.Latest.Body);
    }

    [SuiteFact]
    public async Task Versions_follow_each_other_and_are_all_kept()
    {
        await Written(Put("1"));
        await Written(Put("2", reason: "better"));
        await Written(Delete());
        await Written(Put("4"));

        var all = await store.HistoryAsync(Shop, Kind, Name, 10);
        Assert.Equal([(4, "4"), (3, null), (2, "2"), (1, "1")], all.Select(Seen));
        Assert.Equal([null, null, "better", null], all.Select(static d => d.Reason));
        Assert.Equal([(3, null), (2, "2")], (await store.HistoryAsync(Shop, Kind, Name, 2, 4)).Select(Seen));
        Assert.Equal((4, "4"), Seen((await store.ReadAsync(Shop, Kind, Name))!));
    }

    [SuiteFact]
    public async Task What_is_deleted_is_not_listed_and_reads_as_a_deletion()
    {
        await Written(Put("1"));
        await Written(Put("1", name: "b"));
        await Written(Put("1", name: "B"));
        await Written(Put("1", kind: "webhook"));
        await Written(Delete());

        Assert.Equal(["B", "b"], (await store.ListAsync(Shop, Kind)).Select(static d => d.Name));
        Assert.True((await store.ReadAsync(Shop, Kind, Name))!.IsDeleted);
        Assert.Equal((DefinitionStatus.NotFound, 2L), Short(await store.WriteAsync(Delete())));
    }

    [SuiteTheory]
    [InlineData(0, false)]
    [InlineData(1, false)]
    [InlineData(2, true)]
    [InlineData(3, false)]
    public async Task A_write_with_an_expected_version_needs_it_to_be_the_latest(long expected, bool isWritten)
    {
        await Written(Put("1"));
        await Written(Put("2"));

        var outcome = await store.WriteAsync(Put("3") with { ExpectedVersion = expected });
        Assert.Equal(isWritten ? (DefinitionStatus.Written, 3L) : (DefinitionStatus.Conflict, 2L), Short(outcome));
        Assert.Equal(isWritten ? 3 : 2, (await store.HistoryAsync(Shop, Kind, Name, 10)).Count);
    }

    [SuiteTheory]
    [InlineData(0, true)]
    [InlineData(1, false)]
    [InlineData(2, true)]
    public async Task After_a_deletion_zero_and_the_deletions_version_are_expected(long expected, bool isWritten)
    {
        await Written(Put("1"));
        await Written(Delete());

        var outcome = await store.WriteAsync(Put("3") with { ExpectedVersion = expected });
        Assert.Equal(isWritten ? (DefinitionStatus.Written, 3L) : (DefinitionStatus.Conflict, 2L), Short(outcome));
    }

    [SuiteFact]
    public async Task A_deletion_with_another_expected_version_conflicts()
    {
        await Written(Put("1"));
        Assert.Equal((DefinitionStatus.Conflict, 1L), Short(await store.WriteAsync(Delete() with { ExpectedVersion = 2 })));
        Assert.Equal((DefinitionStatus.Written, 2L), Short(await store.WriteAsync(Delete() with { ExpectedVersion = 1 })));
    }

    [SuiteFact]
    public async Task Of_writers_that_expect_the_same_version_exactly_one_wins()
    {
        await Written(Put("0"));
        var outcomes = await Task.WhenAll(Enumerable.Range(1, 12).Select(i =>
            Task.Run(() => store.WriteAsync(Put($"{i}") with { ExpectedVersion = 1 }).AsTask())));

        Assert.Single(outcomes, static o => o.Status == DefinitionStatus.Written);
        Assert.Equal(2, (await store.HistoryAsync(Shop, Kind, Name, 10)).Count);
    }

    [SuiteFact]
    public async Task Changes_are_counted_per_workspace_and_a_failed_write_leaves_no_gap()
    {
        await Written(Put("1"));
        await store.WriteAsync(Put("0") with { ExpectedVersion = 7 });
        await store.WriteAsync(Delete("nobody"));
        await Written(Put("1", name: "b"));
        await Written(Put("1") with { Workspace = "other" });
        await Written(Put("2"));

        Assert.Equal([("other", 1L), (Shop, 3L)], (await store.LatestChangesAsync()).OrderBy(static c => c.Key, StringComparer.Ordinal).Select(static c => (c.Key, c.Value)));
        Assert.Equal([("b", 2L), (Name, 3L)], (await store.ChangesAsync(Shop, 0)).Select(static d => (d.Name, d.Change)));
        Assert.Equal([(Name, 3L)], (await store.ChangesAsync(Shop, 2)).Select(static d => (d.Name, d.Change)));
        Assert.Empty(await store.ChangesAsync(Shop, 3));
        Assert.Empty(await store.ChangesAsync("third", 0));
        await Written(Delete());
        Assert.True(Assert.Single(await store.ChangesAsync(Shop, 3)).IsDeleted);
    }

    /// <summary>A poller that asks for what came after the last change it saw ends up with every definition's latest version.</summary>
    [SuiteFact]
    public async Task A_poller_misses_nothing_that_concurrent_writers_write()
    {
        const int writers = 6, each = 15;
        using var done = new CancellationTokenSource();
        var seen = new Dictionary<string, Definition>();
        var poller = Task.Run(async () =>
        {
            var last = 0L;
            for (var isLast = false; ;)
            {
                var batch = await store.ChangesAsync(Shop, last);
                foreach (var change in batch)
                {
                    Assert.True(change.Change > last);
                    seen[change.Name] = change;
                    last = change.Change;
                }

                if (isLast) return last;
                isLast = done.IsCancellationRequested;
            }
        });
        await Task.WhenAll(Enumerable.Range(0, writers).Select(w => Task.Run(async () =>
        {
            for (var i = 1; i <= each; i++) await Written(Put($"{i}", name: $"w{w}"));
        })));
        await done.CancelAsync();

        Assert.Equal(writers * each, await poller);
        Assert.Equal(writers, seen.Count);
        Assert.All(seen.Values, static d => Assert.Equal((each, $"{each}"), Seen(d)));
        Assert.Equal(writers * each, (await store.LatestChangesAsync())[Shop]);
    }

    [SuiteFact]
    public async Task Malformed_writes_are_refused()
    {
        await Refused(Put("1") with { Workspace = "" });
        await Refused(Put("1", kind: "Upper"));
        await Refused(Put("1", kind: ""));
        await Refused(Put("1", name: ""));
        await Refused(Put("1", name: new string('n', 129)));
        await Refused(Put("1", name: "a\0b"));
        await Refused(Put("1", name: "\ud800"));
        await Refused(Put("1") with { By = "" });
        await Refused(Put("1", reason: new string('r', 1_001)));
        await Refused(Put("1") with { ExpectedVersion = -1 });
        await Refused(Put("{\"a\":"));
        await Refused(Put(""));
        await Refused(Put("\"" + new string('x', DefinitionRules.MaxBodyBytes) + "\""));
        Assert.Empty(await store.ChangesAsync(Shop, 0));
        await Assert.ThrowsAnyAsync<ArgumentException>(async () => await store.HistoryAsync(Shop, Kind, Name, 0));
    }

    private static DefinitionWrite Put(string body, string name = Name, string kind = Kind, string? reason = null) =>
        new(Shop, kind, name, Encoding.UTF8.GetBytes(body), 1, "test", reason);

    private static DefinitionWrite Delete(string name = Name) => new(Shop, Kind, name, null, 1, "test");

    private static (long, string?) Seen(Definition d) => (d.Version, d.Body is { } body ? Encoding.UTF8.GetString(body) : null);

    private static (DefinitionStatus, long) Short(DefinitionOutcome outcome) => (outcome.Status, outcome.Latest!.Version);

    private async Task Written(DefinitionWrite write) => Assert.Equal(DefinitionStatus.Written, (await store.WriteAsync(write)).Status);

    private Task Refused(DefinitionWrite write) => Assert.ThrowsAnyAsync<ArgumentException>(async () => await store.WriteAsync(write));
}
