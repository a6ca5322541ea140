using Cdp.Core.Identity;

namespace Cdp.Core.Profiles;

public sealed partial class ProfilePart
{
    private Dictionary<CustomerId, long>? _yields;

    /// <summary>Whose trait values go before those that this part held when it was merged, and the time of that merge in Unix milliseconds.</summary>
    public IReadOnlyCollection<KeyValuePair<CustomerId, long>> Yields => _yields is null ? [] : _yields;

    /// <summary>Lets the trait values of a customer go before those that this part has until now.</summary>
    /// <param name="to">The customer that absorbs.</param>
    /// <param name="untilMs">Unix milliseconds of the merge.</param>
    internal void Yield(CustomerId to, long untilMs) => (_yields ??= [])[to] = Math.Max(untilMs, _yields.GetValueOrDefault(to, long.MinValue));

    /// <summary>How many of a profile's parts go before a value of this one, whatever the times are.</summary>
    /// <param name="orderMs">The value's time.</param>
    /// <param name="parts">The parts of the profile: a merge that was taken back counts no more.</param>
    /// <returns>0 for most values.</returns>
    internal int YieldsOf(long orderMs, IReadOnlyCollection<ProfilePart> parts)
    {
        if (_yields is null) return 0;
        var count = 0;
        foreach (var (to, untilMs) in _yields)
        {
            if (orderMs <= untilMs && parts.Any(p => p.Stream == to)) count++;
        }

        return count;
    }
}
