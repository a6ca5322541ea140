using Cdp.Core.Profiles;

namespace Cdp.Core.Audiences.State;

/// <summary>What a workspace's definitions make of a profile: its audiences and computed traits.</summary>
internal static class DefinedExtras
{
    /// <summary>What readers see of a state as it is by now; what is due is written down with the next change.</summary>
    /// <param name="state">The state.</param>
    /// <param name="inForce">The definitions.</param>
    /// <param name="windows">The windows of all its parts.</param>
    /// <param name="nowMs">Unix milliseconds.</param>
    /// <returns>The extras.</returns>
    public static ProfileExtras Of(CustomerState state, AudiencesInForce inForce, IReadOnlyList<WindowState> windows, long nowMs)
    {
        var audiences = inForce.Plan.Audiences;
        var verdicts = new Verdict[audiences.Count];
        inForce.Plan.JudgeAll(new StateFacts(state, windows), nowMs, verdicts);
        for (var at = 0; at < verdicts.Length; at++)
            if (audiences[at].IsPaused) verdicts[at] = Verdict.Always(state.Memberships.Any(m => m.IsMember && m.Audience == audiences[at].Id));
        var members = verdicts.Select((v, at) => (audiences[at].Id, v.IsMember)).Where(a => a.IsMember).Select(a => a.Id);
        return Of(inForce, windows, members, verdicts.Select(v => v.UntilMs).DefaultIfEmpty(Verdict.Never).Min(), nowMs);
    }

    /// <summary>The same of memberships that are known.</summary>
    /// <param name="inForce">The definitions.</param>
    /// <param name="windows">The windows of all parts.</param>
    /// <param name="members">The audiences it belongs to.</param>
    /// <param name="untilMs">Unix milliseconds until which those stand.</param>
    /// <param name="nowMs">Unix milliseconds.</param>
    /// <returns>The extras.</returns>
    public static ProfileExtras Of(AudiencesInForce inForce, IReadOnlyList<WindowState> windows, IEnumerable<string> members, long untilMs, long nowMs)
    {
        List<(string, string)> computed = [];
        for (var at = 0; at < inForce.Plan.Computed.Count; at++)
        {
            var value = inForce.Plan.Compute(at, windows, nowMs);
            if (value.Json is { } json) computed.Add((inForce.Plan.Computed[at].Id, json));
            untilMs = Math.Min(untilMs, value.UntilMs);
        }

        return new(inForce, [.. members.Order(StringComparer.Ordinal)], computed, untilMs);
    }
}
