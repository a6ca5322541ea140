using Cdp.Core.Activation.Definitions;
using Cdp.Core.Audiences.Definitions;
using Cdp.Core.Audiences.Windows;

namespace Cdp.Core.Activation.Limits;

/// <summary>A frequency cap: no window of this length may hold more sends than this. A send exactly one length ago does not count any more.</summary>
/// <param name="Channel">Only sends on this channel; null for all that the cap is over.</param>
/// <param name="Max">How many; at least 1.</param>
/// <param name="WindowMs">The window's length in milliseconds.</param>
internal sealed record Cap(string? Channel, int Max, long WindowMs)
{
    /// <summary>Reads <c>{"max":2,"within":"1d"}</c>.</summary>
    /// <param name="node">The cap.</param>
    /// <param name="withChannel">Whether it may be of one channel.</param>
    /// <returns>The cap; null and noted when it is none.</returns>
    public static Cap? Read(Node node, bool withChannel)
    {
        if (!(withChannel ? node.IsObject("channel", "max", "within") : node.IsObject("max", "within"))) return null;
        var channel = node.Member("channel") is { } c ? DefinitionReader.ReadId(c) : null;
        var max = node.Required("max", "the most sends in the window")?.Whole(1, ActivationLimits.MaxCapCount);
        var within = ReadWindow(node.Required("within", "the window, such as 1d"));
        return max is null || within is null ? null : new(channel, max.Value, within.Value);
    }

    /// <summary>Reads a length of time between the limits.</summary>
    /// <param name="node">The length; null when it is missing.</param>
    /// <returns>Milliseconds; null, and noted when there is something.</returns>
    public static long? ReadWindow(Node? node) => node is { } n ? Durations.Read(n, ActivationLimits.MinWindow, ActivationLimits.MaxWindow) : null;

    /// <summary>Whether one more send at a moment would make any window hold too many. Sends that were put off lie behind the moment, and count as well.</summary>
    /// <param name="timesMs">Unix milliseconds of the sends that count, in any order.</param>
    /// <param name="atMs">Unix milliseconds of the one more.</param>
    /// <returns>True when it must not be sent.</returns>
    public bool IsReached(ReadOnlySpan<long> timesMs, long atMs)
    {
        // Windows that end with a send are enough: each other one holds no more than one of them.
        if (Count(timesMs, atMs) >= Max) return true;
        foreach (var end in timesMs)
        {
            if (end > atMs && end - WindowMs < atMs && Count(timesMs, end) >= Max) return true;
        }

        return false;
    }

    private int Count(ReadOnlySpan<long> timesMs, long endMs)
    {
        var count = 0;
        foreach (var time in timesMs)
        {
            if (time > endMs - WindowMs && time <= endMs) count++;
        }

        return count;
    }
}
