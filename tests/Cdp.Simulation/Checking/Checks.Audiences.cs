using System.Text.Json;
using Cdp.Core.Audiences.Building;
using Cdp.Core.Audiences.Membership;
using Cdp.Core.Identity;
using Cdp.Core.Journal.Index;
using Cdp.Simulation.Running;

namespace Cdp.Simulation.Checking;

internal sealed partial class Checks
{
    private const int All = 10_000;

    /// <summary>
    /// After a sweep: whoever belongs by a judgement from scratch stands in the index and has entered last, and nobody else does. A trait that was patched and not
    /// acknowledged may still be found.
    /// </summary>
    private void CompareAudiences()
    {
        var inForce = world.Plan.Knobs.Audiences;
        var told = inForce.Plan.Audiences.ToDictionary(a => a.Id, a => Told(a.Id));
        foreach (var audience in inForce.Plan.Audiences)
        {
            var indexed = world.Store.Look(_ => world.Store.Index.MembersAsync(World.Workspace, audience.Id, null, All)).Select(m => m.Customer).ToHashSet();
            var recorded = Ledger.Streams.Where(s => s.IsLive && s.Audiences.Contains(audience.Id)).Select(s => s.Id).ToHashSet();
            if (!indexed.SetEquals(recorded)) world.Fail(Invariants.Index, $"{audience.Id} is of {Names(indexed)} in the index, and of {Names(recorded)} by the streams.");
            var size = world.Store.Look(_ => world.Store.Index.SizesAsync(World.Workspace)).FirstOrDefault(s => s.Audience == audience.Id).Members;
            if (size != indexed.Count) world.Fail(Invariants.Index, $"{audience.Id} has the size {size}, and {indexed.Count} members.");
            var entered = told[audience.Id].Where(t => t.Value).Select(t => t.Key).ToHashSet();
            if (!entered.SetEquals(indexed)) world.Fail(Invariants.Feed, $"By its feed {audience.Id} is of {Names(entered)}, and it is of {Names(indexed)}.");
        }

        var customers = new StoredCustomers(world.Store.Journal, World.Workspace);
        foreach (var stream in Ledger.Streams.Where(s => s.IsLive && Ledger.Family(s).All(f => f.Patches.Count == 0)))
        {
            var view = world.Store.Look(_ => customers.ProfileAsync(stream.Id, world.Plan.Knobs.Rules, inForce, world.Scheduler.Clock.NowMs))!;
            var shown = JsonDocument.Parse(view.Json).RootElement.GetProperty("audiences").EnumerateArray().Select(a => a.GetString()!).ToHashSet();
            if (!shown.SetEquals(stream.Audiences))
                world.Fail(Invariants.Judged, $"{world.NameOf(stream.Id)} belongs to {string.Join(' ', shown.Order())} by now, and has entered {string.Join(' ', stream.Audiences.Order())}.");
        }
    }

    /// <summary>Who has entered last by the feed of an audience: entries and exits of one customer take turns.</summary>
    private Dictionary<CustomerId, bool> Told(string audience)
    {
        var last = new Dictionary<CustomerId, bool>();
        foreach (var row in world.Store.Look(_ => world.Store.Index.ReadFeedAsync(World.Workspace, MembershipFeed.Topic(audience), FeedPlace.Start, All)))
        {
            var entry = JsonDocument.Parse(row.Body).RootElement;
            var customer = new CustomerId(entry.GetProperty("profileId").GetGuid());
            var enters = entry.GetProperty("kind").GetString() == "enter";
            // An erasure leaves nothing but its own exit.
            if (last.GetValueOrDefault(customer) == enters && entry.GetProperty("cause").GetString() != "erase")
                world.Fail(Invariants.Feed, $"{world.NameOf(customer)} {(enters ? "enters" : "leaves")} {audience} twice in its feed.");
            last[customer] = enters;
        }

        return last;
    }

    private string Names(IEnumerable<CustomerId> customers) => $"[{string.Join(' ', customers.Select(c => world.NameOf(c)).Order(StringComparer.Ordinal))}]";
}
