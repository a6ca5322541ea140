namespace Cdp.Core.Audiences.Building;

/// <summary>How many customers an audience has, judged by a sample of them.</summary>
/// <param name="Customers">The live customers of the workspace.</param>
/// <param name="Sampled">How many were judged.</param>
/// <param name="Matched">How many of those belong.</param>
public readonly record struct AudienceEstimate(long Customers, int Sampled, int Matched)
{
    // The normal deviate of 95 %.
    private const double Z = 1.959964;

    /// <summary>Whether everybody was judged.</summary>
    public bool IsExact => Sampled >= Customers;

    /// <summary>The number of members, as far as can be said.</summary>
    public long Size => Sampled == 0 ? 0 : (long)Math.Round((double)Customers * Matched / Sampled);

    /// <summary>
    /// The bounds between which the number lies with 95 % confidence: the Wilson score interval (Wilson 1927, J. Am. Stat. Assoc. 22), with the sample's size
    /// corrected for a finite population (Cochran, Sampling Techniques, 1977, section 2.6). Never outside of what the sample itself has shown.
    /// </summary>
    public (long Low, long High) Bounds
    {
        get
        {
            if (Sampled == 0) return (0, Customers);
            if (IsExact) return (Matched, Matched);
            var n = Sampled * (Customers - 1.0) / (Customers - Sampled);
            var p = (double)Matched / Sampled;
            var center = (p + (Z * Z / (2 * n))) / (1 + (Z * Z / n));
            var half = Z / (1 + (Z * Z / n)) * Math.Sqrt((p * (1 - p) / n) + (Z * Z / (4 * n * n)));
            var low = Math.Max(Matched, (long)Math.Floor(Customers * (center - half)));
            var high = Math.Min(Customers - (Sampled - Matched), (long)Math.Ceiling(Customers * (center + half)));
            return (Math.Min(low, Size), Math.Max(high, Size));
        }
    }
}
