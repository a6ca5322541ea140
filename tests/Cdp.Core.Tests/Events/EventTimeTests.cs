using Cdp.Core.Identity;
using static Cdp.Core.Tests.Events.Parsing;

namespace Cdp.Core.Tests.Events;

public class EventTimeTests
{
    private const long Day = 86_400_000;

    [Fact]
    public void Without_any_time_an_event_happened_when_it_arrived() => Assert.Equal(ReceivedAt, Accept(Track()).TimeMs);

    [Theory]
    [InlineData("\"2026-01-02T03:04:05.678Z\"", 1_767_323_045_678)]
    [InlineData("\"2026-01-02T03:04:05.678123456Z\"", 1_767_323_045_678)]
    [InlineData("\"2026-01-02T03:04:05.6Z\"", 1_767_323_045_600)]
    [InlineData("\"2026-01-02T03:04:05\"", 1_767_323_045_000)]
    [InlineData("\"2026-01-02 03:04:05Z\"", 1_767_323_045_000)]
    [InlineData("\"2026-01-02T03:04Z\"", 1_767_323_040_000)]
    [InlineData("\"2026-01-02T05:04:05+02:00\"", 1_767_323_045_000)]
    [InlineData("\"2026-01-02T05:04:05\\u002B02:00\"", 1_767_323_045_000)]
    [InlineData("\"2026-01-01T22:34:05-0430\"", 1_767_323_045_000)]
    [InlineData("\"2026-01-02T05:04:05+02\"", 1_767_323_045_000)]
    [InlineData("\"2026-01-02\"", 1_767_312_000_000)]
    [InlineData("1767323045678", 1_767_323_045_678)]
    [InlineData("1767323045", 1_767_323_045_000)]
    [InlineData("1767323045.678", 1_767_323_045_678)]
    [InlineData("1.767323045e9", 1_767_323_045_000)]
    [InlineData("0", 0)]
    [InlineData("null", ReceivedAt)]
    public void Times_are_read_as_senders_write_them(string timestamp, long expected) =>
        Assert.Equal(expected, Accept(Track($",\"timestamp\":{timestamp}")).TimeMs);

    [Theory]
    [InlineData("\"yesterday\"")]
    [InlineData("\"\"")]
    [InlineData("true")]
    [InlineData("{}")]
    [InlineData("1e300")]
    [InlineData("\"2026-13-01\"")]
    [InlineData("\"2026-02-29\"")]
    [InlineData("\"2026-01-02T24:00:00Z\"")]
    [InlineData("\"2026-01-02T03:04:60Z\"")]
    [InlineData("\"2026-01-02T03:04:05.Z\"")]
    [InlineData("\"2026-01-02T03:04:05.1234567890Z\"")]
    [InlineData("\"2026-01-02T03:04:05+2:00\"")]
    [InlineData("\"2026-01-02T03\"")]
    [InlineData("\"1767323045678\"")]
    [InlineData("\"0000-01-01\"")]
    public void Anything_else_is_no_time(string timestamp) =>
        Assert.Equal(ReasonCodes.InvalidTimestamp, Reject(Track($",\"timestamp\":{timestamp}")).Code);

    [Theory]
    [InlineData("\"1969-12-31T23:59:59.999Z\"")]
    [InlineData("\"0001-01-01\"")]
    [InlineData("-1")]
    public void Before_1970_is_too_old(string timestamp) =>
        Assert.Equal(ReasonCodes.TimestampTooOld, Reject(Track($",\"timestamp\":{timestamp}")).Code);

    [Theory]
    [InlineData(Day - 1, null)]
    [InlineData(Day, null)]
    [InlineData(Day + 1, ReasonCodes.TimestampInFuture)]
    public void A_day_ahead_of_the_arrival_is_the_most(long ahead, string? code) =>
        Assert.Equal(code, Parse(Track($",\"timestamp\":{ReceivedAt + ahead}")).Rejection?.Code);

    [Fact]
    public void A_wrong_clock_is_corrected_by_the_difference_to_its_sentAt()
    {
        // The device's clock is an hour fast; the event was made 10 s before it was sent.
        var json = Track($",\"timestamp\":{ReceivedAt + 3_590_000},\"sentAt\":{ReceivedAt + 3_600_000}");
        Assert.Equal(ReceivedAt - 10_000, Accept(json).TimeMs);
    }

    [Fact]
    public void A_clock_set_to_2099_is_corrected_before_the_limit_applies() => Assert.Equal(
        ReceivedAt - 1_000, Accept(Track(",\"timestamp\":\"2099-01-01T00:00:00Z\",\"sentAt\":\"2099-01-01T00:00:01Z\"")).TimeMs);

    [Fact]
    public void The_events_own_sentAt_wins_over_the_batchs()
    {
        var context = Context with { SentAtMs = ReceivedAt - 7_200_000 };
        Assert.Equal(ReceivedAt, Accept(Track($",\"timestamp\":{ReceivedAt - 7_200_000}"), context).TimeMs);
        Assert.Equal(ReceivedAt, Accept(Track($",\"timestamp\":{ReceivedAt - 3_600_000},\"sentAt\":{ReceivedAt - 3_600_000}"), context).TimeMs);
    }

    [Theory]
    [InlineData("\"nonsense\"")]
    [InlineData("\"1969-01-01\"")]
    [InlineData("null")]
    [InlineData("{}")]
    public void An_absurd_sentAt_counts_as_absent(string sentAt) => Assert.Equal(
        ReceivedAt - 5_000, Accept(Track($",\"timestamp\":{ReceivedAt - 5_000},\"sentAt\":{sentAt}")).TimeMs);

    [Theory]
    [InlineData(999, -5_000)]
    [InlineData(-999, -5_000)]
    [InlineData(1_000, -4_000)]
    [InlineData(-1_000, -6_000)]
    public void Less_than_a_second_is_the_network_and_not_the_clock(long skew, long expected) => Assert.Equal(
        ReceivedAt + expected, Accept(Track($",\"timestamp\":{ReceivedAt - 5_000},\"sentAt\":{ReceivedAt - skew}")).TimeMs);

    [Fact]
    public void Rudders_originalTimestamp_counts_when_the_user_gave_no_time() => Assert.Equal(
        ReceivedAt - 10_000,
        Accept(Track($",\"originalTimestamp\":{ReceivedAt + 3_590_000},\"sentAt\":{ReceivedAt + 3_600_000}")).TimeMs);

    [Fact]
    public void A_time_that_the_user_gave_beside_originalTimestamp_counts()
    {
        var more = $",\"timestamp\":\"2025-06-01T00:00:00Z\",\"originalTimestamp\":{ReceivedAt - 20},\"sentAt\":{ReceivedAt - 10}";
        Assert.Equal(1_748_736_000_000, Accept(Track(more)).TimeMs);
    }

    [Fact]
    public void The_order_of_values_never_lies_after_the_arrival() =>
        Assert.Equal(ReceivedAt, Accept(Track($",\"timestamp\":{ReceivedAt + 5_000}")).OrderMs);
}
