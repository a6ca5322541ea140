using Cdp.Core.Audiences.State;
using Cdp.Core.Audiences.Windows;
using Cdp.Core.Geofences.Geometry;

namespace Cdp.Core.Audiences.Rules;

/// <summary><c>event</c> with a window: at least so many times in it. Exact to the millisecond.</summary>
internal sealed class EventRule(Times times, int atLeast, Window window) : Rule
{
    public override Verdict Judge(ref Judging judging)
    {
        if (times.Newest(judging.Windows, atLeast) is not { } time) return Verdict.Always(false);
        var expiry = window.ExpiryMs(time);
        return expiry > judging.NowMs ? new(true, expiry) : Verdict.Always(false);
    }

    public override void Describe(RuleReads reads) => reads.Add(times);
}

/// <summary><c>event</c> without a window: at least so many times ever.</summary>
internal sealed class EverRule(Tallies tallies, int atLeast) : Rule
{
    public override Verdict Judge(ref Judging judging) => Verdict.Always(tallies.Sum(judging.Windows, judging.NowMs, out _).Count >= atLeast);

    public override void Describe(RuleReads reads) => reads.Add(tallies);
}

/// <summary><c>sequence</c>: all steps in their order within a time; the last one in the window, if there is one.</summary>
internal sealed class SequenceRule(Sequences sequences, Window window) : Rule
{
    public override Verdict Judge(ref Judging judging)
    {
        if (sequences.LatestEnd(judging.Windows) is not { } end) return Verdict.Always(false);
        var expiry = window.ExpiryMs(end);
        return expiry > judging.NowMs ? new(true, expiry) : Verdict.Always(false);
    }

    public override void Describe(RuleReads reads) => reads.Add(sequences);
}

/// <summary><c>position</c>: the last position lies within a distance, and is not too old.</summary>
internal sealed class PositionRule(Positions positions, Position centre, double radiusMetres, Window window) : Rule
{
    public override Verdict Judge(ref Judging judging)
    {
        if (positions.Last(judging.Windows) is not { } last || last.Value.MetresTo(centre) > radiusMetres) return Verdict.Always(false);
        var expiry = window.ExpiryMs(last.Origin.OrderMs);
        return expiry > judging.NowMs ? new(true, expiry) : Verdict.Always(false);
    }

    public override void Describe(RuleReads reads)
    {
        reads.Add(positions);
        reads.Position = true;
    }
}
