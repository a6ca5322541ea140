using System.Net;

namespace Cdp.Silo.Tests.Reads;

/// <summary>The checks that the scenarios rely on notice what they are for, and nothing else.</summary>
public sealed class ReadCheckTests
{
    private const string Counter = "anonymous_id:c";
    private const long Never = long.MaxValue;

    [Fact]
    public void Reads_between_and_during_increments_are_linearizable()
    {
        Increment[] increments = [new(0, 10), new(5, 30), new(20, Never)];
        Assert.Null(CounterCheck.Violation(increments, [Read(1, 2, 0), Read(6, 7, 2), Read(6, 8, 1), Read(40, 41, 2), Read(42, 43, 3)]));
    }

    [Fact]
    public void A_read_that_misses_what_was_acknowledged_is_noticed() =>
        Assert.Contains("misses", CounterCheck.Violation([new(0, 10), new(0, 20)], [Read(21, 22, 1)]), StringComparison.Ordinal);

    [Fact]
    public void A_read_of_what_was_not_sent_yet_is_noticed() =>
        Assert.Contains("not sent", CounterCheck.Violation([new(0, 10), new(20, 30)], [Read(11, 12, 2)]), StringComparison.Ordinal);

    [Fact]
    public void A_count_that_goes_back_is_noticed() =>
        Assert.Contains("counts less", CounterCheck.Violation([new(0, 100), new(0, 100)], [Read(1, 2, 2), Read(3, 4, 1)]), StringComparison.Ordinal);

    [Fact]
    public void Reads_that_are_possible_alone_and_not_together_are_noticed() =>
        Assert.Contains("misses", CounterCheck.Violation([new(0, 100), new(0, 100), new(5, 20)], [Read(1, 2, 2), Read(30, 31, 2)]), StringComparison.Ordinal);

    [Fact]
    public void A_version_that_goes_back_is_noticed_and_reads_at_the_same_time_may_come_either_way()
    {
        Assert.Empty(ReadCheck.GoingBack([Read(1, 10, 1, version: 2), Read(5, 12, 1, version: 1), Read(13, 14, 1, version: 2)]));
        Assert.Single(ReadCheck.GoingBack([Read(1, 4, 1, version: 2), Read(5, 12, 1, version: 1)]));
        Assert.Empty(ReadCheck.GoingBackForOneCaller([Read(1, 4, 1, version: 2), Read(5, 12, 1, version: 1) with { Caller = "other" }]));
    }

    [Fact]
    public void A_person_that_is_missing_or_stale_after_an_acknowledgement_is_noticed()
    {
        var e = new People().NextPage("c");
        e.Invoke();
        e.Acknowledge("applied", "p");
        var check = new ReadCheck([e]);
        var missing = Read(e.AckedAt + 1, e.AckedAt + 2, 0) with { Status = HttpStatusCode.NotFound };
        Assert.Single(check.Missing([missing]));
        Assert.Empty(check.Missing([missing with { InvokedAt = e.InvokedAt }, missing with { Status = HttpStatusCode.ServiceUnavailable }]));
        Assert.Equal(2, check.NotLinearizable([Read(e.AckedAt + 1, e.AckedAt + 2, 0)], [Counter]).Count());
        Assert.Empty(check.NotLinearizable([Read(e.InvokedAt, e.AckedAt + 2, 0), Read(e.AckedAt + 1, e.AckedAt + 2, 1)], [Counter]));
    }

    private static ReadOperation Read(long invoked, long ended, long count, long version = 1) =>
        new("caller", Counter, invoked, ended, HttpStatusCode.OK, "p", version, count);
}
