using System.Globalization;
using Cdp.Core.Journal;
using Cdp.Storage.Postgres;
using static Cdp.Testing.Journal.Units;

namespace Cdp.Storage.Tests.Postgres;

/// <summary>
/// Callers that append to streams of their own as actors do, while something bad happens to the server, and hold the journal to every word:
/// committed means there, unavailable means not there, and unknown is resolved by appending again at the same version.
/// </summary>
internal sealed class Load(PostgresJournal journal, int callers)
{
    private readonly long[] versions = new long[callers];
    private int committed;
    private int unknown;
    private int unavailable;
    private volatile bool isOver;
    private Task? running;

    public int Committed => Volatile.Read(ref committed);

    public int Unknown => Volatile.Read(ref unknown);

    public int Unavailable => Volatile.Read(ref unavailable);

    public void Start() => running = Task.WhenAll(Enumerable.Range(0, callers).Select(n => Task.Run(() => CallAsync(n))));

    /// <summary>Ends the callers and compares the streams with what they were told.</summary>
    public async Task CheckAsync()
    {
        isOver = true;
        await running!;
        for (var n = 0; n < callers; n++)
        {
            var rows = (await journal.LoadAsync(Workspace, Customer(n)))?.Tail ?? [];
            Assert.Equal(Enumerable.Range(1, (int)versions[n]).Select(v => (v, Body(v))), rows.Select(static r => ((int)r.Version, r.Body.Text())));
        }
    }

    private static string Body(long version) => string.Create(CultureInfo.InvariantCulture, $"event {version}");

    private async Task CallAsync(int caller)
    {
        var isInDoubt = false;
        while (!isOver || isInDoubt)
        {
            var version = versions[caller];
            try
            {
                var outcome = await journal.CommitAsync(Unit(Customer(caller).At(version, Event(1, Body(version + 1)))));
                // A conflict is with the own earlier try, or somebody lied.
                Assert.True(outcome == CommitOutcome.Committed || isInDoubt, "A conflict, although nothing was said to be in doubt.");
                versions[caller]++;
                isInDoubt = false;
                Interlocked.Increment(ref committed);
            }
            catch (UnknownCommitOutcomeException)
            {
                isInDoubt = true;
                Interlocked.Increment(ref unknown);
            }
            catch (JournalUnavailableException)
            {
                Interlocked.Increment(ref unavailable);
            }
        }
    }
}
