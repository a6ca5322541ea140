namespace Cdp.Core.Audiences.Attribution;

/// <summary>How the credit for a conversion is shared among the touches before it. Immutable.</summary>
public sealed class AttributionModel
{
    private readonly Func<IReadOnlyList<long>, long, double[]> _weights;

    private AttributionModel(string name, Func<IReadOnlyList<long>, long, double[]> weights) => (Name, _weights) = (name, weights);

    /// <summary>All to the first touch.</summary>
    public static AttributionModel First { get; } = new("first", (touches, _) => Only(touches.Count, 0));

    /// <summary>All to the last touch.</summary>
    public static AttributionModel Last { get; } = new("last", (touches, _) => Only(touches.Count, touches.Count - 1));

    /// <summary>The same to each.</summary>
    public static AttributionModel Linear { get; } = new("linear", (touches, _) => [.. touches.Select(_ => 1.0)]);

    /// <summary>40 % to the first, 40 % to the last, the rest to those between; two share evenly.</summary>
    public static AttributionModel PositionBased { get; } = new("position_based", (touches, _) => Positions(touches.Count));

    /// <summary>Half of the credit for each half-life that a touch lies before the conversion.</summary>
    /// <param name="halfLife">At least a minute; 7 days are usual.</param>
    /// <returns>The model.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The half-life is shorter.</exception>
    public static AttributionModel TimeDecay(TimeSpan halfLife)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(halfLife, TimeSpan.FromMinutes(1));

        // Relative to the last touch, so that the weights of touches long ago do not all become zero.
        return new("time_decay", (touches, _) => [.. touches.Select(at => Math.Pow(2, (at - touches[^1]) / halfLife.TotalMilliseconds))]);
    }

    /// <summary>The name in the API.</summary>
    public string Name { get; }

    /// <summary>The weights of touches before one conversion, in the order of time: not below zero, not all zero.</summary>
    internal double[] Weigh(IReadOnlyList<long> touches, long conversionMs) => _weights(touches, conversionMs);

    private static double[] Only(int count, int at)
    {
        var weights = new double[count];
        weights[at] = 1;
        return weights;
    }

    private static double[] Positions(int count)
    {
        var weights = new double[count];
        Array.Fill(weights, count > 2 ? 0.2 / (count - 2) : 0.4);
        (weights[0], weights[^1]) = (0.4, 0.4);
        return weights;
    }
}
