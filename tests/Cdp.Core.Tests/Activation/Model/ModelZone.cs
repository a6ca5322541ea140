using System.Globalization;

namespace Cdp.Core.Tests.Activation.Model;

/// <summary>A time zone in 2026, written down by hand: its offsets in minutes, and when they change.</summary>
internal sealed record ModelZone(string Name, int Standard, int Summer, string? From, string? To)
{
    public static IReadOnlyList<ModelZone> All { get; } =
    [
        new("UTC", 0, 0, null, null),
        new("Europe/Oslo", 60, 120, "2026-03-29T01:00:00Z", "2026-10-25T01:00:00Z"),
        new("America/New_York", -300, -240, "2026-03-08T07:00:00Z", "2026-11-01T06:00:00Z"),
        new("Australia/Lord_Howe", 630, 660, "2026-10-03T15:30:00Z", "2026-04-04T15:00:00Z"),
        new("Asia/Kathmandu", 345, 345, null, null),
    ];

    private readonly long? _from = Ms(From), _to = Ms(To);

    /// <summary>Unix milliseconds around which something can go wrong.</summary>
    public IReadOnlyList<long> Times => _from is { } from && _to is { } to ? [from, to] : [Ms("2026-06-01T00:00:00Z")!.Value];

    /// <summary>What clocks show, in milliseconds since 1970.</summary>
    public long LocalMs(long ms)
    {
        var isSummer = _from < _to ? ms >= _from && ms < _to : ms >= _from || ms < _to;
        return ms + ((isSummer ? Summer : Standard) * 60_000L);
    }

    private static long? Ms(string? time) => time is null ? null : DateTimeOffset.Parse(time, CultureInfo.InvariantCulture).ToUnixTimeMilliseconds();
}
