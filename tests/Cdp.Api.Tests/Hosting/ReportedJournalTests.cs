using Cdp.Core.Journal;
using Cdp.Core.Journal.Memory;
using Cdp.Hosting.Storage;
using Cdp.Testing.Journal;
using Cdp.Testing.Time;
using Microsoft.Extensions.Logging;

namespace Cdp.Api.Tests.Hosting;

public sealed class ReportedJournalTests
{
    private readonly FakeClock _clock = new();
    private readonly Script _store = new();
    private readonly Lines _lines = new();
    private readonly ReportedJournal _journal;

    public ReportedJournalTests() => _journal = new(_store, _clock, _lines);

    [Fact]
    public async Task A_commit_that_began_before_the_failure_does_not_say_that_it_is_over()
    {
        var before = CommitAsync();
        var refused = CommitAsync();
        _store.Answers[1].SetException(new JournalUnavailableException("The disk is full."));
        await Assert.ThrowsAsync<JournalUnavailableException>(() => refused);
        _store.Answers[0].SetResult(CommitOutcome.Committed);
        await before;
        Assert.Equal(["Error"], _lines.Levels);

        var after = CommitAsync();
        _store.Answers[2].SetResult(CommitOutcome.Committed);
        await after;
        Assert.Equal(["Error", "Information"], _lines.Levels);
    }

    [Fact]
    public async Task A_disk_that_is_just_about_full_is_a_few_lines_and_the_last_one_is_right()
    {
        for (var i = 0; i < 20; i++)
        {
            await FailAsync();
            await SucceedAsync();
        }

        Assert.Equal(["Error", "Information"], _lines.Levels);
        _clock.Advance(TimeSpan.FromSeconds(10));
        await FailAsync();
        Assert.Equal(["Error", "Information", "Error"], _lines.Levels);
        await SucceedAsync();
        Assert.Equal(["Error", "Information", "Error", "Information"], _lines.Levels);
    }

    private async Task FailAsync()
    {
        var commit = CommitAsync();
        _store.Answers[^1].SetException(new UnknownCommitOutcomeException("The disk is full."));
        await Assert.ThrowsAsync<UnknownCommitOutcomeException>(() => commit);
    }

    private async Task SucceedAsync()
    {
        var commit = CommitAsync();
        _store.Answers[^1].SetResult(CommitOutcome.Committed);
        await commit;
    }

    private Task<CommitOutcome> CommitAsync() => _journal.CommitAsync(new UnitOfWork("w", [], [])).AsTask();

    private sealed class Script() : DelegatingJournal(new InMemoryJournal())
    {
        public List<TaskCompletionSource<CommitOutcome>> Answers { get; } = [];

        public override ValueTask<CommitOutcome> CommitAsync(UnitOfWork unit, CancellationToken cancellationToken = default)
        {
            Answers.Add(new());
            return new(Answers[^1].Task);
        }
    }

    private sealed class Lines : ILogger
    {
        public List<string> Levels { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Levels.Add(logLevel.ToString());
    }
}
