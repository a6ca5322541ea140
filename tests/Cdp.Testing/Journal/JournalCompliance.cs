using Cdp.Core.Identity;
using Cdp.Core.Journal;
using Cdp.Testing.Requirements;
using Xunit;
using static Cdp.Testing.Journal.Units;

namespace Cdp.Testing.Journal;

/// <summary>What the port promises, for every store alike. A test class per store derives from it; the parts are in files of their own.</summary>
public abstract partial class JournalCompliance : IAsyncLifetime
{
    private static readonly CustomerId A = Customer(1), B = Customer(2), C = Customer(3);

    private IJournal journal = null!;

    /// <summary>A new, empty journal.</summary>
    protected abstract Task<IJournal> OpenAsync();

    /// <summary>Closes what <see cref="OpenAsync"/> opened.</summary>
    protected virtual Task CloseAsync() => Task.CompletedTask;

    public async Task InitializeAsync() => journal = await OpenAsync();

    public Task DisposeAsync() => CloseAsync();

    [SuiteFact]
    public async Task A_first_append_makes_the_stream()
    {
        await Committed(Unit(A.At(0, Event(10, "one"), Entry(RecordKind.Decided, 11, "two"))));

        var load = await Load(A);
        Assert.Null(load!.Snapshot);
        Assert.Equal([(1, RecordKind.Event, 10, "one"), (2, RecordKind.Decided, 11, "two")], load.Tail.Select(Seen));
        Assert.All(load.Tail, r => Assert.Equal(A, r.Stream));
    }

    [SuiteFact]
    public async Task An_unknown_stream_loads_as_null() => Assert.Null(await Load(A));

    [SuiteFact]
    public async Task An_append_continues_at_the_last_version()
    {
        await Committed(Unit(A.At(0, Event(1))));
        await Committed(Unit(A.At(1, Event(2), Event(3))));
        await Committed(Unit(A.At(3, Event(4))));

        Assert.Equal([1, 2, 3, 4], (await Load(A))!.Tail.Select(static r => r.Version));
    }

    [SuiteTheory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    public async Task A_wrong_expected_version_conflicts(long expected)
    {
        await Committed(Unit(A.At(0, Event(1), Event(2))));

        await Conflict(Unit(A.At(expected, Event(3))));

        Assert.Equal(2, (await Load(A))!.Tail.Count);
    }

    [SuiteFact]
    public async Task A_stream_cannot_start_with_a_gap() => await Conflict(Unit(A.At(1, Event(1))));

    [SuiteFact]
    public async Task Nothing_follows_a_merge()
    {
        await Committed(Unit(A.At(0, Event(1), Entry(RecordKind.MergedInto))));
        await Conflict(Unit(A.At(2, Event(2))));
    }

    [SuiteFact]
    public async Task Bodies_come_back_as_they_were_and_belong_to_the_caller()
    {
        var body = Enumerable.Range(0, 100_000).Select(static i => (byte)i).ToArray();
        var entry = new JournalEntry(RecordKind.Event, 1, body);
        await Committed(Unit(A.At(0, entry, new JournalEntry(RecordKind.Decided, 1, ReadOnlyMemory<byte>.Empty))));
        var expected = body.ToArray();
        Array.Clear(body);

        var tail = (await Load(A))!.Tail;
        Assert.Equal(expected, tail[0].Body.ToArray());
        Assert.True(tail[1].Body.IsEmpty);
    }

    [SuiteFact]
    public async Task Streams_of_one_unit_are_written_together_or_not_at_all()
    {
        await Committed(Unit(A.At(0, Event(1))));

        await Conflict(Unit(B.At(0, Event(1)), A.At(0, Event(2))));
        Assert.Null(await Load(B));

        await Committed(Unit(B.At(0, Event(1)), A.At(1, Event(2))));
        Assert.Single((await Load(B))!.Tail);
        Assert.Equal(2, (await Load(A))!.Tail.Count);
    }

    [SuiteFact]
    public async Task A_conflict_fails_its_own_unit_alone()
    {
        await Committed(Unit(A.At(0, Event(1))));

        var good = Enumerable.Range(10, 40).Select(static n => Unit(Customer(n).At(0, Event(1)))).ToList();
        var bad = Enumerable.Range(0, 20).Select(_ => Unit(A.At(0, Event(1)), B.At(0, Event(1)))).ToList();
        var outcomes = await Task.WhenAll(good.Concat(bad).Select(u => Task.Run(() => journal.CommitAsync(u).AsTask())));

        Assert.All(outcomes.Take(40), static o => Assert.Equal(CommitOutcome.Committed, o));
        Assert.All(outcomes.Skip(40), static o => Assert.Equal(CommitOutcome.Conflict, o));
        Assert.Null(await Load(B));
    }

    [SuiteFact]
    public async Task Of_concurrent_first_writers_exactly_one_wins()
    {
        for (var round = 100; round < 110; round++)
        {
            var stream = Customer(round);
            var outcomes = await Task.WhenAll(Enumerable.Range(0, 16).Select(i =>
                Task.Run(() => journal.CommitAsync(Unit(stream.At(0, Event(i, $"writer {i}")))).AsTask())));

            var winner = Array.IndexOf(outcomes, CommitOutcome.Committed);
            Assert.Single(outcomes, CommitOutcome.Committed);
            Assert.Equal($"writer {winner}", Assert.Single((await Load(stream))!.Tail).Body.Text());
        }
    }

    [SuiteFact]
    public async Task A_read_sees_every_commit_that_ended_before_it()
    {
        await Task.WhenAll(Enumerable.Range(200, 8).Select(n => Task.Run(async () =>
        {
            var stream = Customer(n);
            for (var version = 0; version < 25; version++)
            {
                await Committed(Unit(stream.At(version, Event(version))));
                Assert.Equal(version + 1, (await Load(stream))!.Tail.Count);
            }
        })));
    }

    [SuiteFact]
    public async Task Malformed_units_are_refused()
    {
        await Refused(Unit());
        await Refused(Unit(A.At(0)));
        await Refused(Unit(A.At(-1, Event(1))));
        await Refused(Unit(A.At(0, Event(1)), A.At(1, Event(2))));
        await Refused(Unit(A.At(0, Entry(RecordKind.None))));
        await Refused(Unit(A.At(0, Entry(RecordKind.Erased))));
        await Refused(Unit(A.At(0, Entry(RecordKind.MergedInto), Event(2))));
        await Refused(Unit(A.At(0, Event(1))).With(Link(Email("x"), null, A, new(A, 1)), Link(Email("x"), null, A, new(A, 1))));
        await Refused(Unit(A.At(0, Event(1))).With(Link(Email("x"), null, A, new(A, 2))));
        await Refused(Unit(A.At(0, Event(1))).With(Link(Email("x"), null, A, new(B, 1))));
        Assert.Null(await Load(A));
    }

    [SuiteFact]
    public async Task Workspaces_share_nothing()
    {
        await Committed(Unit(A.At(0, Event(1, "here"))).With(Link(Email("x"), null, A, new(A, 1))));
        await Committed(Unit(A.At(0, Event(1, "there"))).With(Link(Email("x"), null, A, new(A, 1))).In("other"));
        await journal.SaveSnapshotsAsync("other", [Snapshot(A, 1, "theirs")]);

        Assert.Equal("here", Assert.Single((await Load(A))!.Tail).Body.Text());
        Assert.Equal("theirs", (await journal.LoadAsync("other", A))!.Snapshot!.State.Text());
        Assert.Null(await journal.LoadAsync("third", A));
        Assert.Null((await journal.OwnersAsync("third", [Email("x")]))[0].Owner);
        Assert.Equal(1, await journal.CountEventsAsync(Workspace, [A]));

        Assert.Equal(CommitOutcome.Committed, await journal.EraseAsync(new("other", [(A, 1)], [(Email("x"), new Epoch(A, 1))], 9, false)));
        Assert.NotNull((await Owner(Email("x"))).Owner);
        Assert.Null((await Owner(Email("x"))).Erasure);
        Assert.Equal("here", Assert.Single((await Load(A))!.Tail).Body.Text());
    }

    private async Task Committed(UnitOfWork unit) => Assert.Equal(CommitOutcome.Committed, await journal.CommitAsync(unit));

    private async Task Conflict(UnitOfWork unit) => Assert.Equal(CommitOutcome.Conflict, await journal.CommitAsync(unit));

    private Task Refused(UnitOfWork unit) => Assert.ThrowsAnyAsync<ArgumentException>(async () => await journal.CommitAsync(unit));

    private ValueTask<StreamLoad?> Load(CustomerId stream, long? upTo = null) => journal.LoadAsync(Workspace, stream, upTo);

    private async Task<Ownership> Owner(Identifier identifier) => Assert.Single(await journal.OwnersAsync(Workspace, [identifier]));

    private static (int, RecordKind, int, string) Seen(JournalRow row) => ((int)row.Version, row.Kind, (int)row.TimeMs, row.Body.Text());
}
