using System.Text;
using Cdp.Core.Geofences.Tracking;
using Cdp.Core.Identity;
using Cdp.Testing.Engine;

namespace Cdp.Core.Tests.Geofences;

public sealed class FixReaderTests
{
    private const long Now = 1_774_252_800_000;

    [Fact]
    public void A_position_is_read_with_all_that_it_says()
    {
        var reason = FixReader.Read(
            """{"deviceId":"d1","lat":59.9,"lon":10.7,"accuracyMeters":4.5,"speedMps":1.5,"heading":360,"timestamp":"2026-03-23T07:59:00Z","battery":5}"""u8, Now, out var fix);
        Assert.Null(reason);
        Assert.Equal(new("d1", new(59.9, 10.7), Now - 60_000, 4.5, 1.5, 0), fix);
    }

    [Fact]
    public void What_is_not_said_has_a_default_and_what_a_phone_does_not_know_is_unknown()
    {
        Assert.Null(FixReader.Read("""{"latitude":59.9,"longitude":10.7,"accuracy":-1,"heading":-1}"""u8, Now, out var fix));
        Assert.Equal(new(FixReader.UnnamedDevice, new(59.9, 10.7), Now), fix);
    }

    [Fact]
    public void A_clock_that_is_ahead_does_not_make_later_fixes_late()
    {
        Assert.Null(FixReader.Read("""{"lat":1,"lon":2,"timestamp":"2026-03-23T17:00:00Z"}"""u8, Now, out var fix));
        Assert.Equal(Now, fix!.AtMs);
    }

    [Theory]
    [InlineData("""[1,2]""", FixReasons.InvalidJson)]
    [InlineData("""{"lat":1,"lon":2""", FixReasons.InvalidJson)]
    [InlineData("""{"lat":1}""", FixReasons.MissingPosition)]
    [InlineData("""{"lat":null,"lon":2}""", FixReasons.MissingPosition)]
    [InlineData("""{"lat":90.1,"lon":2}""", FixReasons.InvalidLatitude)]
    [InlineData("""{"lat":"1","lon":2}""", FixReasons.InvalidLatitude)]
    [InlineData("""{"lat":1,"lon":-180.5}""", FixReasons.InvalidLongitude)]
    [InlineData("""{"lat":1,"lon":2,"accuracyMeters":"5"}""", FixReasons.InvalidAccuracy)]
    [InlineData("""{"lat":1,"lon":2,"speedMps":1e9}""", FixReasons.InvalidSpeed)]
    [InlineData("""{"lat":1,"lon":2,"heading":361}""", FixReasons.InvalidHeading)]
    [InlineData("""{"lat":1,"lon":2,"deviceId":""}""", FixReasons.InvalidDeviceId)]
    [InlineData("""{"lat":1,"lon":2,"deviceId":7}""", FixReasons.InvalidDeviceId)]
    [InlineData("""{"lat":1,"lon":2,"timestamp":"yesterday"}""", ReasonCodes.InvalidTimestamp)]
    [InlineData("""{"lat":1,"lon":2,"timestamp":"1960-01-01"}""", ReasonCodes.TimestampTooOld)]
    [InlineData("""{"lat":1,"lon":2,"timestamp":"2026-03-24T08:00:01Z"}""", ReasonCodes.TimestampInFuture)]
    public void What_is_no_position_has_a_reason(string json, string reason)
    {
        Assert.Equal(reason, FixReader.Read(Encoding.UTF8.GetBytes(json), Now, out var fix));
        Assert.Null(fix);
    }

    [Fact]
    public void An_event_says_where_it_happened()
    {
        var events = new TestEvents(() => new IdentityRules(), () => TestEvents.Start.ToUnixTimeMilliseconds() + 10_000);
        var e = events.Of("""{"type":"track","event":"x","userId":"u","context":{"device":{"id":"d1"},"location":{"latitude":59.9,"longitude":10.7,"city":"Oslo"} } }""", 5);
        Assert.Null(FixReader.Read(e, out var fix));
        Assert.Equal(new("d1", new(59.9, 10.7), TestEvents.Start.ToUnixTimeMilliseconds() + 5_000), fix);
        Assert.Null(FixReader.Read(events.Of("""{"type":"track","event":"x","userId":"u","context":{"location":{"city":"Oslo"} } }"""), out fix));
        Assert.Null(fix);
        Assert.Null(FixReader.Read(events.Of("""{"type":"track","event":"x","userId":"u"}"""), out fix));
        Assert.Null(fix);
        Assert.Equal(FixReasons.InvalidLatitude, FixReader.Read(events.Of("""{"type":"track","event":"x","userId":"u","context":{"location":{"latitude":99,"longitude":10.7} } }"""), out fix));
    }
}
