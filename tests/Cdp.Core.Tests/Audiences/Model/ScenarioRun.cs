using System.Text;
using System.Text.Json;
using Cdp.Core.Audiences;
using Cdp.Core.Audiences.Consent;
using Cdp.Core.Audiences.Membership;
using Cdp.Core.Audiences.State;
using Cdp.Core.Identity;
using Cdp.Core.Profiles;
using Cdp.Core.Tests.Profiles;
using Cdp.Testing.Audiences;

namespace Cdp.Core.Tests.Audiences.Model;

/// <summary>Plays a scenario on the engine, and compares every answer with the model's. Throws at the first that differs.</summary>
internal sealed class ScenarioRun
{
    private const int Parts = 3;
    private const long Second = 1_000, Minute = 60 * Second, Hour = 60 * Minute, Day = 24 * Hour;

    private static readonly long[] Moves = [1, Second, 30 * Second, Minute, 59 * Minute, Hour, 6 * Hour, Day, 7 * Day, 29 * Day];
    private static readonly long[] Late = [0, 0, 0, 0, 1, Second, Minute, Hour, Day, 10 * Day, 40 * Day];

    private readonly Scenario _scenario;
    private readonly RandomDefinitions _random;
    private readonly string[] _computedJson;
    private readonly Dictionary<string, JsonElement> _computed = [], _audiences = [];
    private readonly List<RawEvent> _events = [];
    private readonly ProfilePart[] _parts = [.. Enumerable.Range(1, Parts).Select(i => new ProfilePart(Make.Stream(i)))];
    private readonly ConsentRegister[] _consent = [.. Enumerable.Range(0, Parts).Select(_ => new ConsentRegister())];
    private readonly WindowState[] _windows;
    private readonly HashSet<int> _in = [0];
    private readonly Dictionary<string, ChangeKind> _lastChange = [];
    private IReadOnlyList<Membership> _memberships = [];
    private AudiencePlan _plan;
    private AudienceChanges _changes;
    private long _version;
    private long _now = Make.Start;
    private RawEvent? _latest;

    public ScenarioRun(Scenario scenario)
    {
        _scenario = scenario;
        _random = new RandomDefinitions(new Random(scenario.Definitions));
        _computedJson = [.. Enumerable.Range(0, 4).Select(i => _random.Computed($"c{i}"))];
        for (var i = 0; i < _computedJson.Length; i++) _computed.Add($"c{i}", JsonDocument.Parse(_computedJson[i]).RootElement);
        _plan = NewPlan(4);
        _changes = _plan.NewChanges();
        _windows = [.. _parts.Select(_ => _plan.NewState())];
    }

    /// <summary>The same computed traits, and other audiences under the same ids.</summary>
    private AudiencePlan NewPlan(int count)
    {
        _version++;
        _audiences.Clear();
        for (var i = 0; i < count; i++)
            _audiences.Add($"a{i}", JsonDocument.Parse(_random.Audience($"a{i}", [.. _audiences.Keys])).RootElement);
        var compiled = AudiencePlan.Compile(
            [.. _computedJson.Select(Kit.Source)], [.. _audiences.Values.Select(a => Kit.Source(a.GetRawText()) with { Version = _version })]);
        return compiled.Plan ?? throw Differs(compiled.Problems[0].ToString());
    }

    /// <summary>Plays it.</summary>
    public void Play()
    {
        Reshape(ChangeCause.Definition);
        foreach (var seed in _scenario.Steps)
        {
            Step(new Random(seed));
            CompareMemberships();
        }

        Compare(new Random(_scenario.Definitions));
    }

    private void Step(Random random)
    {
        switch (random.Next(20))
        {
            case < 11: Send(random); break;
            case 11 or 12 when _latest is { } repeat: Send(random, repeat); break;
            case 13 or 14: Join(random.Next(1, Parts)); break;
            case 15: Part(random.Next(1, Parts)); break;
            case 16: Reload(); break;
            case 17: Compare(random); break;
            case 18: Redefine(random.Next(2, 5)); break;
            default:
                _now += Moves[random.Next(Moves.Length)] * random.Next(1, 4);
                break;
        }
    }

    /// <summary>An event arrives; a repeat of the latest one is a duplicate, which the caller of the fold leaves out.</summary>
    private void Send(Random random, RawEvent? repeat = null)
    {
        if (repeat is not null && _events.Exists(e => e.MessageId == repeat.MessageId)) return;
        var raw = MakeEvent(random);
        _latest = raw;
        var e = raw.ToEvent();
        Settle();
        _events.Add(raw);
        _changes.Clear();
        _plan.Fold(_windows[raw.Part], e, _changes);
        _parts[raw.Part].Fold(e, e.Identifiers[0]);
        if (_consent[raw.Part].Fold(e)) _plan.MarkConsent(_changes);
        if (_in.Contains(raw.Part)) Decide(ChangeCause.Event, Lateness.IsHistorical(e));
    }

    private RawEvent MakeEvent(Random random)
    {
        var part = random.Next(Parts);
        var at = _now - Late[random.Next(Late.Length)] + (random.Next(12) == 0 ? Hour : 0);
        var (call, name, properties) = random.Next(10) switch
        {
            < 6 => ("track", RandomDefinitions.Names[random.Next(3)], Properties(random)),
            6 => ("page", (string?)null, Properties(random)),
            7 or 8 => ("identify", null, Traits(random)),

            // Consent by one part alone: what happens between parts has a model of its own.
            _ => ("track", part == 0 ? "Consent Updated" : "Viewed", part == 0 ? Consent(random) : Properties(random)),
        };
        var context = random.Next(6) switch
        {
            0 => """{"location":{"latitude":59.91,"longitude":10.75}}""",
            1 => """{"location":{"latitude":60.39,"longitude":5.32},"page":{"path":"/b"}}""",
            2 => """{"page":{"path":"/a/1"}}""",
            _ => "{}",
        };
        return new(part, at, _now, call, name, properties, context, $"m{random.Next(1_000_000)}-{_events.Count}", random.Next(2));
    }

    private static string Properties(Random random)
    {
        string[] members =
        [
            $"\"n\":{Pick(random, "0", "1", "2.5", "7", "7.0", "-3", "\"7\"", "null", "1e1", "12.3456789")}",
            $"\"s\":\"{RandomDefinitions.Words[random.Next(3)]}\"",
            $"\"list\":[\"{RandomDefinitions.Words[random.Next(3)]}\",\"{RandomDefinitions.Words[random.Next(3)]}\",1]",
            $"\"deep\":{{\"x\":{random.Next(3)}}}",
            "\"other\":true",
        ];
        return $"{{{string.Join(',', members.Where(_ => random.Next(3) > 0))}}}";
    }

    private static string Traits(Random random)
    {
        var since = DateTimeOffset.FromUnixTimeMilliseconds(Make.Start + (random.Next(-20, 40) * Day)).UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ");
        string[] members =
        [
            $"\"plan\":{Pick(random, "\"pro\"", "\"free\"", "null", "1")}", $"\"age\":{Pick(random, "1", "2", "4.5", "\"old\"")}", $"\"since\":\"{since}\"",
            $"\"tags\":[\"{RandomDefinitions.Words[random.Next(3)]}\"]", $"\"address\":{Pick(random, "{\"city\":\"Oslo\"}", "{}", "\"Oslo\"")}",
        ];
        return $"{{{string.Join(',', members.Where(_ => random.Next(2) > 0))}}}";
    }

    private static string Consent(Random random) =>
        $$"""{"purpose":"marketing"{{Pick(random, "", ",\"channel\":\"email\"")}},"state":"{{Pick(random, "granted", "denied", "unset")}}"}""";

    private static string Pick(Random random, params string[] from) => from[random.Next(from.Length)];

    private void Join(int part)
    {
        if (_in.Contains(part)) return;
        Settle();
        _in.Add(part);
        Reshape(ChangeCause.Merge);
    }

    private void Part(int part)
    {
        if (!_in.Contains(part)) return;
        Settle();
        _in.Remove(part);
        Reshape(ChangeCause.Split);
    }

    /// <summary>Windows and consent go through the snapshot; a part made anew from its events is the same to the byte.</summary>
    private void Reload()
    {
        for (var i = 0; i < Parts; i++)
        {
            var bytes = Kit.Bytes(_windows[i]);
            var anew = Kit.Bytes(_plan.Refill(null, _events.Where(e => e.Part == i).Select(e => e.ToEvent())));
            if (bytes != anew) throw Differs($"part {i} made anew: {anew} and not {bytes}");
            var fromBodies = Kit.Bytes(_plan.RefillFromBodies(null, _events.Where(e => e.Part == i).Select(e => e.ToEvent().Body)));
            if (bytes != fromBodies) throw Differs($"part {i} made anew from bodies: {fromBodies} and not {bytes}");
            _windows[i] = Kit.Read(bytes);
            if (Kit.Bytes(_windows[i]) != bytes) throw Differs($"part {i} read back");
        }
    }

    /// <summary>The definitions change: what is filled is kept, the rest is made from the events, and who is let go is let go silently.</summary>
    private void Redefine(int count)
    {
        Settle();
        _plan = NewPlan(count);
        _changes = _plan.NewChanges();
        for (var i = 0; i < Parts; i++)
        {
            _windows[i] = _plan.RefillFromBodies(_windows[i], _events.Where(e => e.Part == i).Select(e => e.ToEvent().Body));
            var anew = Kit.Bytes(_plan.Refill(null, _events.Where(e => e.Part == i).Select(e => e.ToEvent())));
            if (Kit.Bytes(_windows[i]) != anew) throw Differs($"part {i} refilled: {Kit.Bytes(_windows[i])} and not {anew}");
        }

        Take(MembershipPolicy.Forget(_memberships, _plan, _now));
        Reshape(ChangeCause.Definition);
        if (_memberships.Any(m => m.Version != _version)) throw Differs("a record of an old version");
    }

    private void Settle()
    {
        var settled = MembershipPolicy.Settle(_memberships, _plan, Facts(), _now);
        foreach (var change in settled.Changes)
        {
            // What changed by time alone changed at that very millisecond.
            if (Model().Belongs(change.Audience, change.AtMs) != (change.Kind == ChangeKind.Enter)) throw Differs($"{change}: the model at its moment");
            if (change.AtMs - 1 >= Model().Profile.LastMs && Model().Belongs(change.Audience, change.AtMs - 1) == (change.Kind == ChangeKind.Enter))
                throw Differs($"{change}: the model a millisecond before");
        }

        Take(settled);
    }

    private void Reshape(ChangeCause cause)
    {
        _changes.Clear();
        _changes.MarkAll();
        Decide(cause, false);
    }

    private void Decide(ChangeCause cause, bool historical)
    {
        var verdicts = new Verdict[_plan.Audiences.Count];
        _plan.JudgeChanged(_changes, Facts(), _now, verdicts);
        Take(MembershipPolicy.Decide(_memberships, _plan, _changes, verdicts, _now, cause, historical));
    }

    private void Take(MembershipDecision decision)
    {
        foreach (var change in decision.Changes)
        {
            var before = _lastChange.GetValueOrDefault(change.Audience, ChangeKind.Exit);
            if (before == change.Kind) throw Differs($"{change}: twice in a row");
            _lastChange[change.Audience] = change.Kind;
        }

        _memberships = decision.Memberships;
    }

    private void CompareMemberships()
    {
        // Reads judge by the stored moment: before the sweep has come by, what is due is not to be trusted and all else is.
        var model = Model();
        foreach (var id in _audiences.Keys)
        {
            var record = _memberships.FirstOrDefault(m => m.Audience == id);
            if (record?.UntilMs > _now != false && (record?.IsMember ?? false) != model.Belongs(id, _now)) throw Differs($"membership of {id} at {_now}: {record}");
        }

        Settle();
        foreach (var id in _audiences.Keys)
        {
            if (_memberships.Any(m => m.Audience == id && m.IsMember) != model.Belongs(id, _now)) throw Differs($"settled membership of {id} at {_now}");
        }
    }

    /// <summary>All audiences and computed traits: now, until the answer may change, and when it may.</summary>
    private void Compare(Random random)
    {
        var (facts, model) = (Facts(), Model());
        var start = random.Next(4) == 0 ? _now - (2 * Day) : _now;
        for (var i = 0; i < _plan.Audiences.Count; i++)
        {
            var id = _plan.Audiences[i].Id;
            var verdict = _plan.Judge(i, facts, start);
            var from = Math.Max(start, model.Profile.LastMs);
            if (verdict.UntilMs <= from) throw Differs($"{id} is due at {verdict.UntilMs} and that is not after {from}");
            var end = verdict.UntilMs == Verdict.Never ? from + (800 * Day) : verdict.UntilMs;
            long[] moments = [start, Math.Min(from + 1, end - 1), from + random.NextInt64(end - from), Math.Min(from + Day, end - 1), end - 1];
            foreach (var at in moments)
            {
                if (model.Belongs(id, Math.Max(at, model.Profile.LastMs)) != verdict.IsMember) throw Differs($"{id} judged at {start} as {verdict}; the model at {at}");
            }

            if (_plan.Judge(i, facts, end).IsMember != model.Belongs(id, end)) throw Differs($"{id} judged at {end}");
        }

        for (var i = 0; i < _plan.Computed.Count; i++)
        {
            var id = _plan.Computed[i].Id;
            var value = _plan.Compute(i, facts.Windows, start);
            var from = Math.Max(start, model.Profile.LastMs);
            var end = value.UntilMs == Verdict.Never ? from + (800 * Day) : value.UntilMs;
            foreach (var at in new[] { from, from + random.NextInt64(end - from), end - 1 })
            {
                var wanted = ModelComputed.Value(model.Profile, _computed[id], at);
                if (!Same(value.Json, wanted)) throw Differs($"{id} at {at}: {value.Json} and not {wanted}, until {value.UntilMs}");
            }
        }
    }

    private static bool Same(string? json, JsonElement? wanted)
    {
        if (json is null || wanted is null) return json is null && wanted is null;
        using var document = JsonDocument.Parse(json);
        return JsonElement.DeepEquals(document.RootElement, wanted.Value);
    }

    private ProfileFacts Facts()
    {
        int[] parts = [.. _in.Order()];
        var identifiers = parts.Select(p => p == 1 ? new Identifier("phone", "+4712345678") : new Identifier("email", $"p{p}@example.test"));
        var consent = new ConsentView([.. parts.Select(p => new ConsentPart(_parts[p].Stream, _consent[p]))], []);
        return new([.. parts.Select(p => _parts[p])], [.. parts.Select(p => _windows[p])], [.. identifiers], consent);
    }

    private Asked Model()
    {
        var identifiers = _in.GroupBy(p => p == 1 ? "phone" : "email").ToDictionary(g => g.Key, g => g.Count());
        return new(new([.. _events.Where(e => _in.Contains(e.Part))], identifiers, _computed, _audiences));
    }

    private InvalidOperationException Differs(string what)
    {
        var text = new StringBuilder(what).AppendLine().AppendLine($"now {_now}, parts {string.Join(',', _in)}");
        foreach (var definition in _computed.Values.Concat(_audiences.Values)) text.AppendLine(definition.GetRawText());
        foreach (var e in _events) text.AppendLine(e.ToString());
        return new(text.ToString());
    }

    /// <summary>The model, asked by the id of an audience.</summary>
    private sealed record Asked(ModelProfile Profile)
    {
        public bool Belongs(string id, long atMs) => ModelRules.Belongs(Profile, Profile.Audience(id), atMs);
    }
}
