using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Cdp.Core.Activation.Limits;
using Cdp.Core.Audiences.Definitions;
using Cdp.Core.Tests.Activation.Model;
using Cdp.Testing;
using Xunit.Abstractions;

namespace Cdp.Core.Tests.Activation;

/// <summary>When it is quiet, and until when: on ordinary days and on those on which clocks change.</summary>
public sealed class QuietHoursTests(ITestOutputHelper output)
{
    private const int Cases = 5_000;

    [Theory]
    [InlineData("21:00", "08:00", "2026-01-05T20:59:59.999Z", null)]
    [InlineData("21:00", "08:00", "2026-01-05T21:00:00Z", "2026-01-06T08:00:00Z")]
    [InlineData("21:00", "08:00", "2026-01-06T07:59:59.999Z", "2026-01-06T08:00:00Z")]
    [InlineData("21:00", "08:00", "2026-01-06T08:00:00Z", null)]
    [InlineData("12:00", "13:00", "2026-01-05T12:30:00Z", "2026-01-05T13:00:00Z")]
    [InlineData("18:00", "24:00", "2026-01-05T23:59:00Z", "2026-01-06T00:00:00Z")]
    public void Hours_begin_and_end_to_the_millisecond(string from, string to, string now, string? end) => Check("UTC", from, to, "", now, end);

    [Theory]

    // In Oslo clocks go from two to three o'clock on 29 March, and from three to two on 25 October.
    [InlineData("01:00", "02:30", "2026-03-29T00:30:00Z", "2026-03-29T01:00:00Z")]
    [InlineData("02:15", "04:00", "2026-03-29T00:59:59Z", null)]
    [InlineData("02:15", "04:00", "2026-03-29T01:00:00Z", "2026-03-29T02:00:00Z")]
    [InlineData("02:15", "02:45", "2026-03-29T01:00:00Z", null)]
    [InlineData("22:00", "08:00", "2026-03-28T23:00:00Z", "2026-03-29T06:00:00Z")]
    [InlineData("02:30", "04:00", "2026-10-25T00:29:59Z", null)]
    [InlineData("02:30", "04:00", "2026-10-25T00:30:00Z", "2026-10-25T03:00:00Z")]
    [InlineData("02:30", "04:00", "2026-10-25T01:00:00Z", "2026-10-25T03:00:00Z")]
    [InlineData("01:00", "02:30", "2026-10-25T00:45:00Z", "2026-10-25T01:30:00Z")]
    [InlineData("01:00", "02:00", "2026-10-24T23:30:00Z", "2026-10-25T00:00:00Z")]
    [InlineData("01:00", "02:00", "2026-10-25T01:00:00Z", null)]
    [InlineData("22:00", "08:00", "2026-10-24T22:00:00Z", "2026-10-25T07:00:00Z")]
    public void Clocks_that_change_are_followed(string from, string to, string now, string? end) => Check("Europe/Oslo", from, to, "", now, end);

    [Theory]

    // 3 and 4 January 2026 are a Saturday and a Sunday.
    [InlineData("00:00", "24:00", "sat sun", "2026-01-03T00:00:00Z", "2026-01-05T00:00:00Z")]
    [InlineData("00:00", "24:00", "sat sun", "2026-01-02T23:59:59Z", null)]
    [InlineData("22:00", "06:00", "fri", "2026-01-03T05:00:00Z", "2026-01-03T06:00:00Z")]
    [InlineData("22:00", "06:00", "sat", "2026-01-03T05:00:00Z", null)]
    [InlineData("00:00", "24:00", "mon tue wed thu fri sat", "2026-01-05T00:00:00Z", "2026-01-11T00:00:00Z")]
    public void A_day_is_the_one_on_which_it_begins_and_quiet_that_touches_is_one(string from, string to, string days, string now, string? end) => Check("UTC", from, to, days, now, end);

    [Fact]
    public void They_are_those_of_a_model_that_looks_at_every_quarter_of_an_hour()
    {
        var random = new Random(Seeds.Next(output));
        var started = Stopwatch.GetTimestamp();
        var quiet = 0;
        for (var i = 0; i < Cases; i++)
        {
            var zone = ModelZone.All[random.Next(ModelZone.All.Count)];
            var hours = ModelQuiet.Any(random);
            var nowMs = zone.Times[random.Next(zone.Times.Count)] + random.NextInt64(-3 * 86_400_000L, 3 * 86_400_000L);
            var expected = hours.EndMs(nowMs, zone);
            quiet += expected is null ? 0 : 1;
            Assert.True(
                expected == Read(hours.Json("UTC", "skip")).EndMs(nowMs, TimeZoneInfo.FindSystemTimeZoneById(zone.Name)),
                string.Create(CultureInfo.InvariantCulture, $"case {i}: {zone.Name} {hours} at {DateTimeOffset.FromUnixTimeMilliseconds(nowMs):O}"));
        }

        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Cases} cases, {quiet} of them quiet, in {Stopwatch.GetElapsedTime(started).TotalSeconds:0.0} s"));
        Assert.InRange(quiet, Cases / 10, Cases * 9 / 10);
    }

    private static void Check(string zone, string from, string to, string days, string now, string? end)
    {
        var list = days.Length == 0 ? "" : $",\"days\":[{string.Join(',', days.Split(' ').Select(d => $"\"{d}\""))}]";
        var hours = Read($$"""{"from":"{{from}}","to":"{{to}}"{{list}}}""");
        var found = hours.EndMs(Ms(now), TimeZoneInfo.FindSystemTimeZoneById(zone));
        Assert.Equal(end is null ? null : Ms(end), found);
    }

    private static long Ms(string time) => DateTimeOffset.Parse(time, CultureInfo.InvariantCulture).ToUnixTimeMilliseconds();

    private static QuietHours Read(string json)
    {
        using var document = JsonDocument.Parse(Encoding.UTF8.GetBytes(json));
        List<DefinitionProblem> problems = [];
        var hours = QuietHours.Read(new Node(document.RootElement, "$", problems));
        Assert.Empty(problems);
        return hours!;
    }
}
