using System.Globalization;
using System.Text.Json;
using Cdp.Core.Audiences;
using Cdp.Core.Audiences.Consent;
using Cdp.Core.Audiences.Membership;
using Cdp.Core.Audiences.State;
using Cdp.Core.Events;
using Cdp.Core.Identity;
using Cdp.Core.Profiles;
using Cdp.Testing.Audiences;

namespace Cdp.Benchmarks.Audiences;

/// <summary>What audiences cost: one event beside its fold into the profile, and a whole customer for the fill of a new audience.</summary>
internal static class AudienceCost
{
    private const int Events = 4_000;
    private const int Rounds = 9;

    public static void Run(Report report)
    {
        // Once unmeasured for the compiler. All figures are processor time of one core: other processes on the machine do not count.
        for (var i = 0; i < 3; i++) OneEvent(null, "", AudienceDefinitions.Mixed(200), MakeEvents(Events, 5));
        foreach (var count in new[] { 10, 200, 2_000 })
        {
            OneEvent(report, $"one event, {count} audiences, mixed", AudienceDefinitions.Mixed(count), MakeEvents(Events, 5));
            OneEvent(report, $"one event, {count} audiences, all of them on this event", AudienceDefinitions.SameEvent(count), MakeEvents(Events, 1));
        }

        Memory(report, AudienceDefinitions.Mixed(200));
        var started = Environment.CpuUsage.TotalTime;
        AudienceDefinitions.Mixed(2_000);
        var ms = (Environment.CpuUsage.TotalTime - started).TotalMilliseconds;
        report.Add("a new plan of 2,000 audiences", $"{Report.N(ms)} ms", "2,000", ms / 2_000, "-");
        Fill(report, "new audience over events, 20 events a customer", 20);
        Fill(report, "new audience over events, 100 events a customer", 100);
    }

    /// <summary>Fold, mark, judge and decide, against the fold of the same events into the profile that happens anyway.</summary>
    private static void OneEvent(Report? report, string what, AudiencePlan plan, CustomerEvent[] events)
    {
        var (times, folds) = (new List<double>(), new List<double>());
        var (bytes, judged, size) = (0L, 0L, 0);
        for (var round = 0; round < Rounds; round++)
        {
            var customer = new Customer(plan);
            var started = Environment.CpuUsage.TotalTime;
            foreach (var e in events) customer.Part.Fold(e, e.Identifiers[0]);
            folds.Add((Environment.CpuUsage.TotalTime - started).TotalMicroseconds / Events);
            customer.Judged = 0;
            var before = GC.GetAllocatedBytesForCurrentThread();
            started = Environment.CpuUsage.TotalTime;
            foreach (var e in events) customer.Take(e);
            times.Add((Environment.CpuUsage.TotalTime - started).TotalMicroseconds / Events);
            bytes = (GC.GetAllocatedBytesForCurrentThread() - before) / Events;
            judged = customer.Judged / Events;
            size = customer.SnapshotBytes();
        }

        var (time, fold) = (Median(times), Median(folds));
        report?.Add(
            what, $"{Report.N(time)} µs, {bytes} B allocated, {judged} judged, windows {size} B in a snapshot", $"fold into the profile: {Report.N(fold)} µs", time / fold, "200: <= 20 µs");
    }

    /// <summary>What the windows of a customer take in memory, after 100 events of five names.</summary>
    private static void Memory(Report report, AudiencePlan plan)
    {
        const int Customers = 2_000;
        var events = MakeEvents(100, 5);
        var all = new WindowState[Customers];
        var before = GC.GetTotalMemory(forceFullCollection: true);
        for (var i = 0; i < Customers; i++)
        {
            all[i] = plan.NewState();
            foreach (var e in events) plan.Fold(all[i], e);
        }

        var bytes = (GC.GetTotalMemory(forceFullCollection: true) - before) / (double)Customers;
        GC.KeepAlive(all);
        report.Add("memory, 200 audiences, mixed, 100 events a customer", $"{Report.N(bytes)} B", $"{all[0].Count} kept", bytes / all[0].Count, "-");
    }

    /// <summary>A customer whose events are read from the journal's bodies, folded for what is new, and judged.</summary>
    private static void Fill(Report report, string what, int eventsPerCustomer)
    {
        const int Customers = 2_000;
        var plan = AudienceDefinitions.Mixed(1);
        ReadOnlyMemory<byte>[] bodies = [.. MakeEvents(eventsPerCustomer, 5).Select(e => e.Body)];
        var times = new List<double>();
        var members = 0;
        for (var round = 0; round < Rounds; round++)
        {
            var started = Environment.CpuUsage.TotalTime;
            for (var i = 0; i < Customers; i++)
            {
                var windows = plan.RefillFromBodies(null, bodies);
                if (plan.Judge(0, new ProfileFacts([], [windows], [], new ConsentView([], [])), 0).IsMember) members++;
            }

            times.Add((Environment.CpuUsage.TotalTime - started).TotalMicroseconds / Customers);
        }

        var time = Median(times);
        var seconds = time * 1_000_000 / 2 / 1_000_000;
        report.Add(what, $"{Report.N(time)} µs a customer ({members} members)", $"1,000,000 on two cores: {Report.N(seconds)} s", seconds / 60, "<= 1.00 of 60 s");
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    /// <summary>Orders, views and more, as the journal keeps them: 8 properties, as many kinds as asked for, the first of them orders.</summary>
    private static CustomerEvent[] MakeEvents(int count, int kinds)
    {
        string[] names = ["Order Completed", "Product Viewed", "Product Added", "Email Opened", "Search Performed"];
        return [.. Enumerable.Range(0, count).Select(i =>
        {
            var json = string.Create(CultureInfo.InvariantCulture, $$$"""
                {"type":"track","event":"{{{names[i % kinds]}}}","userId":"u","messageId":"m{{{i}}}","timestamp":"{{{DateTimeOffset.UnixEpoch.AddYears(56).AddMinutes(i):O}}}",
                 "properties":{"order_id":"o{{{i}}}","total":{{{(i % 100) / 10.0}}},"currency":"NOK","category":"c{{{i % 9}}}","quantity":2,"coupon":"none","shipping":4.5,"tax":1.25},
                 "context":{"library":{"name":"analytics.js","version":"1"},"page":{"url":"https://shop.example/p/{{{i}}}"},"userAgent":"Mozilla/5.0"} }
                """);
            using var document = JsonDocument.Parse(json);
            var received = DateTimeOffset.UnixEpoch.AddYears(57).ToUnixTimeMilliseconds();
            return EventParser.Parse(document.RootElement, new ParseContext(IdentityRules.Default, new EventSource("bench"), received)).Event!;
        })];
    }

    /// <summary>One customer with a plan, as an actor would keep it.</summary>
    private sealed class Customer
    {
        private readonly AudiencePlan _plan;
        private readonly WindowState _windows;
        private readonly AudienceChanges _changes;
        private readonly Verdict[] _verdicts;
        private readonly ProfileFacts _facts;
        private IReadOnlyList<Membership> _memberships = [];

        public Customer(AudiencePlan plan)
        {
            _plan = plan;
            _windows = plan.NewState();
            _changes = plan.NewChanges();
            _verdicts = new Verdict[plan.Audiences.Count];
            Part = new ProfilePart(new CustomerId(Guid.CreateVersion7()));
            _facts = new ProfileFacts([Part], [_windows], [new Identifier("user_id", "u")], new ConsentView([], []));
            _changes.MarkAll();
            Judge(0);
        }

        public ProfilePart Part { get; }

        public long Judged { get; set; }

        public void Take(CustomerEvent e)
        {
            _changes.Clear();
            _plan.Fold(_windows, e, _changes);
            Judge(e.OrderMs);
        }

        public int SnapshotBytes()
        {
            using var stream = new MemoryStream();
            using (var json = new Utf8JsonWriter(stream)) WindowCodec.Write(json, _windows);
            return (int)stream.Length;
        }

        private void Judge(long nowMs)
        {
            Judged += _changes.Count;
            _plan.JudgeChanged(_changes, _facts, nowMs, _verdicts);
            _memberships = MembershipPolicy.Decide(_memberships, _plan, _changes, _verdicts, nowMs, ChangeCause.Event, false).Memberships;
        }
    }
}
