using System.Globalization;
using System.Text;
using System.Text.Json;
using Cdp.Core.Activation;
using Cdp.Core.Activation.State;
using Cdp.Core.Audiences;
using Cdp.Core.Audiences.Consent;
using Cdp.Core.Events;
using Cdp.Core.Identity;
using Cdp.Core.Profiles;
using Cdp.Testing.Audiences;

namespace Cdp.Benchmarks.Activation;

/// <summary>What triggers cost: one event with 200 triggers, from those that wait for other events to one that sends with each.</summary>
internal static class TriggerCost
{
    private const int Triggers = 200;
    private const int Events = 4_000;
    private const int Rounds = 9;
    private const double LimitMicroseconds = 20;

    private const string Guards = """
        {"consent":{"purpose":"marketing"},"quietHours":{"from":"00:00","to":"00:15","zone":"Europe/Oslo"},"caps":[{"max":3,"within":"1d"}],"cooldown":"5m","holdout":{"share":0.1}}
        """;

    public static void Run(Report report)
    {
        // Once unmeasured for the compiler. All figures are processor time of one core.
        for (var i = 0; i < 3; i++) Measure(null, "", Plan(i => $"Event {i % 20}", Guards));
        Measure(report, "none waits for it", Plan(i => $"Event {i % 20}", Guards, "Order Completed"));
        Measure(report, "10 wait for it, none of their conditions on the event holds", Plan(_ => "Event 0", Guards, where: true));
        Measure(report, "10 wait for it, the rule of none holds", Plan(i => $"Event {i % 20}", """{"rule":{"trait":"plan","op":"eq","value":"pro"}}"""));
        Measure(report, "10 wait for it, with consent, quiet hours, caps and holdout", Plan(i => $"Event {i % 20}", Guards));
        Measure(report, "1 waits for it and always sends", Plan(i => $"Event {i}", """{"consent":{"purpose":"marketing"}}""", capped: false));
    }

    private static TriggerPlan Plan(Func<int, string> nameOf, string conditions, string? instead = null, bool where = false, bool capped = true)
    {
        var compiled = TriggerPlan.Compile(
            DefinitionSet.Empty,
            [.. Enumerable.Range(0, Triggers).Select(i => Source(string.Create(CultureInfo.InvariantCulture, $$$"""
                {"id":"t{{{i}}}","when":{"event":"{{{(where && i >= 10 ? $"Other {i}" : instead ?? nameOf(i))}}}"{{{(where ? ",\"where\":[{\"property\":\"total\",\"op\":\"gt\",\"value\":1000}]" : "")}}}},"if":{{{conditions}}},
                 "channel":"push","then":[{"webhook":"crm"}],"payload":{"to":"{{profile.identifiers.user_id}}","name":"{{profile.traits.first_name | default: \"you\"}}","total":"{{event.properties.total}}"}}
                """)))],
            !capped ? null : Source("""{"caps":[{"max":20,"within":"1d"},{"channel":"push","max":10,"within":"1d"}]}"""));
        return compiled.Plan ?? throw new InvalidOperationException(string.Join('\n', compiled.Problems));
    }

    private static DefinitionSource Source(string json) => new(Encoding.UTF8.GetBytes(json), 1);

    private static void Measure(Report? report, string what, TriggerPlan plan)
    {
        var (times, bytes, decided, sent, size) = (new List<double>(), 0L, 0L, 0L, 0);
        var stream = new CustomerId(Guid.Parse("01890000-0000-7000-8000-000000000001"));
        var occasions = MakeEvents().Select(e => (Occasion: Occasion.OfEvent(e, stream), AtMs: e.OrderMs)).ToArray();
        var consent = new ConsentRegister();
        consent.Fold(Parse("""{"type":"track","event":"Consent Updated","userId":"u","messageId":"c","timestamp":"2025-01-01T00:00:00Z","properties":{"purpose":"marketing","state":"granted"}}"""));
        var profile = new ProfileFacts(
            [new ProfilePart(stream)], [plan.Audiences.NewState()], [new("user_id", "u")], new ConsentView([new(stream, consent)], []));
        var facts = new ActivationFacts(profile, stream, [stream], [new("user_id", "u")]);
        for (var round = 0; round < Rounds; round++)
        {
            var state = ActivationState.Empty;
            (decided, sent) = (0, 0);
            var before = GC.GetAllocatedBytesForCurrentThread();
            var started = Environment.CpuUsage.TotalTime;
            foreach (var (occasion, atMs) in occasions)
            {
                var outcome = ActivationPolicy.Decide(plan, [occasion], facts, state, atMs);
                state = outcome.State;
                decided += outcome.Record?.Decisions.Count ?? 0;
                sent += outcome.Messages.Count;
            }

            times.Add((Environment.CpuUsage.TotalTime - started).TotalMicroseconds / Events);
            bytes = (GC.GetAllocatedBytesForCurrentThread() - before) / Events;
            using var stored = new MemoryStream();
            using (var json = new Utf8JsonWriter(stored)) ActivationCodec.Write(json, state);
            size = (int)stored.Length;
        }

        var time = times.Order().ElementAt(Rounds / 2);
        report?.Add(
            $"one event, {Triggers} triggers, {what}",
            string.Create(CultureInfo.InvariantCulture, $"{Report.N(time)} µs, {bytes} B allocated, {decided / (double)Events:0.00} decided, {sent / (double)Events:0.000} sent, state {size} B in a snapshot"),
            $"{Report.N(LimitMicroseconds)} µs", time / LimitMicroseconds, "<= 1.00");
    }

    private static IEnumerable<CustomerEvent> MakeEvents() => Enumerable.Range(0, Events).Select(i => Parse(string.Create(CultureInfo.InvariantCulture, $$$"""
        {"type":"track","event":"Event 0","userId":"u","messageId":"m{{{i}}}","timestamp":"{{{DateTimeOffset.UnixEpoch.AddYears(56).AddMinutes(i):O}}}",
         "properties":{"order_id":"o{{{i}}}","total":{{{(i % 100) / 10.0}}},"currency":"NOK","category":"c{{{i % 9}}}","quantity":2},
         "context":{"library":{"name":"analytics.js","version":"1"},"page":{"url":"https://shop.example/p/{{{i}}}"} } }
        """)));

    private static CustomerEvent Parse(string json)
    {
        using var document = JsonDocument.Parse(json);
        var received = document.RootElement.GetProperty("timestamp").GetDateTimeOffset().ToUnixTimeMilliseconds();
        return EventParser.Parse(document.RootElement, new ParseContext(IdentityRules.Default, new EventSource("bench"), received)).Event!;
    }
}
