using Cdp.Core.Events;

namespace Cdp.Core.Audiences.Attribution;

/// <summary>A touch's part in a conversion.</summary>
/// <param name="Touch">The touch.</param>
/// <param name="Share">From 0 to 1, 6 digits; the shares of a conversion add up to exactly 1.</param>
/// <param name="Value">Its part of the conversion's value; these add up to exactly that value.</param>
public sealed record Credit(TouchPoint Touch, decimal Share, decimal Value);

/// <summary>A conversion with its credits.</summary>
/// <param name="Conversion">The conversion.</param>
/// <param name="Credits">In the order of the touches; empty when there was none before it. Touches without credit are left out.</param>
public sealed record AttributedConversion(Conversion Conversion, IReadOnlyList<Credit> Credits);

/// <summary>What a campaign has brought.</summary>
/// <param name="Source">The source; null for none.</param>
/// <param name="Medium">The medium; null for none.</param>
/// <param name="Campaign">The campaign; null for none.</param>
/// <param name="Conversions">The sum of its shares.</param>
/// <param name="Value">The sum of its values.</param>
public sealed record CampaignTotal(string? Source, string? Medium, string? Campaign, decimal Conversions, decimal Value);

/// <summary>Shares conversions among touches: a pure function over a timeline.</summary>
public static class Attributor
{
    private const int ShareDigits = 6;

    /// <summary>Credits each conversion.</summary>
    /// <param name="timeline">Touches and conversions.</param>
    /// <param name="model">How to share.</param>
    /// <param name="lookback">Only touches less than so long before a conversion count; null for all before it. A touch of the same millisecond counts.</param>
    /// <param name="valueDigits">Digits behind the point that parts of a value have, 0 to 6; a value with more digits is shared in its own.</param>
    /// <returns>The conversions in the order of time.</returns>
    public static IReadOnlyList<AttributedConversion> Credit(
        AttributionTimeline timeline, AttributionModel model, TimeSpan? lookback = null, int valueDigits = 2)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(valueDigits);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(valueDigits, 6);
        TouchPoint[] touches = [.. timeline.Touches.OrderBy(t => t.AtMs).ThenBy(t => t.MessageId, StringComparer.Ordinal)];
        return [.. timeline.Conversions.OrderBy(c => c.AtMs).ThenBy(c => c.MessageId, StringComparer.Ordinal).Select(conversion =>
        {
            var from = lookback is { } span ? conversion.AtMs - (long)span.TotalMilliseconds : long.MinValue;
            TouchPoint[] before = [.. touches.Where(t => t.AtMs <= conversion.AtMs && t.AtMs > from)];
            return new AttributedConversion(conversion, before.Length == 0 ? [] : Share(conversion, before, model, valueDigits));
        })];
    }

    /// <summary>Adds credits up by source, medium and campaign.</summary>
    /// <param name="conversions">Conversions of any number of profiles.</param>
    /// <returns>The totals, the greatest value first.</returns>
    public static IReadOnlyList<CampaignTotal> Totals(IEnumerable<AttributedConversion> conversions) =>
        [.. conversions.SelectMany(c => c.Credits)
            .GroupBy(c => Key(c.Touch.Touch))
            .Select(g => new CampaignTotal(g.Key.Source, g.Key.Medium, g.Key.Campaign, g.Sum(c => c.Share), g.Sum(c => c.Value)))
            .OrderByDescending(t => t.Value).ThenByDescending(t => t.Conversions)
            .ThenBy(t => t.Source, StringComparer.Ordinal).ThenBy(t => t.Medium, StringComparer.Ordinal).ThenBy(t => t.Campaign, StringComparer.Ordinal)];

    private static (string? Source, string? Medium, string? Campaign) Key(Touch touch) => (touch.Source, touch.Medium, touch.Campaign);

    private static List<Credit> Share(Conversion conversion, TouchPoint[] touches, AttributionModel model, int valueDigits)
    {
        var weights = model.Weigh([.. touches.Select(t => t.AtMs)], conversion.AtMs);
        var shares = Split(1, ShareDigits, weights);
        var values = Split(conversion.Value, Math.Max(valueDigits, conversion.Value.Scale), weights);
        List<Credit> credits = [];
        for (var i = 0; i < touches.Length; i++)
        {
            if (weights[i] > 0) credits.Add(new(touches[i], shares[i], values[i]));
        }

        return credits;
    }

    /// <summary>
    /// Splits an amount by weights into whole units of its last digit: each gets its part rounded down, and the units left go to the largest remainders, of
    /// equal ones to the earlier. So nothing is lost or made.
    /// </summary>
    internal static decimal[] Split(decimal amount, int digits, double[] weights)
    {
        var unit = 1m;
        for (var i = 0; i < digits; i++) unit /= 10;
        var units = Math.Abs(amount) / unit;
        var sum = weights.Sum();
        var parts = new decimal[weights.Length];
        var rests = new decimal[weights.Length];
        var left = units;
        for (var i = 0; i < weights.Length; i++)
        {
            var exact = units * (decimal)(weights[i] / sum);
            parts[i] = Math.Min(Math.Floor(exact), left);
            rests[i] = exact - parts[i];
            left -= parts[i];
        }

        int[] order = [.. Enumerable.Range(0, weights.Length).Where(i => weights[i] > 0).OrderByDescending(i => rests[i]).ThenBy(i => i)];
        for (var i = 0; left > 0; i = (i + 1) % order.Length, left--) parts[order[i]]++;
        return [.. parts.Select(p => p * unit * Math.Sign(amount))];
    }
}
