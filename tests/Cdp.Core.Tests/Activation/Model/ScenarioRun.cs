using System.Globalization;
using Cdp.Core.Activation;
using Cdp.Core.Activation.State;
using Cdp.Core.Journal.Index;
using Cdp.Core.Tests.Profiles;

namespace Cdp.Core.Tests.Activation.Model;

/// <summary>
/// One generated scenario: people with triggers, whose events come in time, late and again, who merge, part, change their minds and their zones, and whose states are read back from what was written.
/// Every decision is compared with the model, and so is every look before a message is sent.
/// </summary>
internal sealed class ScenarioRun
{
    private const int Steps = 30;
    private const long Hour = 3_600_000;

    private readonly Random _random;
    private readonly ModelTrigger[] _triggers;
    private readonly ModelPolicy _model;
    private readonly TriggerPlan _plan;
    private readonly List<ModelPerson> _people = [.. Enumerable.Range(1, 3).Select(i => new ModelPerson([i]))];
    private readonly List<ModelSend> _sends = [];
    private readonly List<(int Stream, OutboxMessage Message)> _messages = [];
    private readonly HashSet<string> _ids = [];
    private readonly HashSet<(string Trigger, string MessageId)> _decided = [];
    private readonly List<(int Stream, string MessageId, string Name)> _events = [];
    private long _atMs;

    public ScenarioRun(Random random)
    {
        _random = random;
        _triggers = [.. Enumerable.Range(0, random.Next(1, 6)).Select(i => ModelTrigger.Any(random, i))];
        (string?, int, int)[] caps = [.. new[] { "push", "email", null }.Where(_ => random.Next(2) == 0).Select(c => (c, random.Next(1, 5), random.Next(1, 49)))];
        _model = new(caps);
        var settings = string.Join(',', caps.Select(c => $$"""{{{(c.Item1 is null ? "" : $"\"channel\":\"{c.Item1}\",")}}"max":{{c.Item2}},"within":"{{c.Item3}}h"}"""));
        _plan = Kit.Plan($$"""{"caps":[{{settings}}]}""", Core.Audiences.DefinitionSet.Empty, [.. _triggers.Select(t => t.Json())]);
        var zone = ModelZone.All[random.Next(ModelZone.All.Count)];
        _atMs = zone.Times[random.Next(zone.Times.Count)] - Make.Start - (24 * Hour);
        foreach (var person in _people) person.Zone = zone;
    }

    /// <summary>By code, how often it was decided.</summary>
    public Dictionary<string, int> Codes { get; } = [];

    public void Play()
    {
        for (var step = 0; step < Steps; step++)
        {
            _atMs += _random.Next(4) switch { 0 => 0, 1 => _random.NextInt64(Hour), 2 => _random.Next(1, 9) * Hour, _ => _random.Next(1, 97) * 15 * 60_000 };
            var person = _people[_random.Next(_people.Count)];
            switch (_random.Next(12))
            {
                case 0: Merge(); break;
                case 1: Split(person); break;
                case 2: person.Profile.HasConsented = !person.Profile.HasConsented; break;
                case 3: person.IsPro = !person.IsPro; break;
                case 4: person.Zone = ModelZone.All[_random.Next(ModelZone.All.Count)]; break;
                case 5: person.State = Kit.Read(Kit.Bytes(person.State)); break;
                case 6: LookAgain(); break;
                case 7: Repeat(); break;
                default: New(person); break;
            }
        }
    }

    private void New(ModelPerson person)
    {
        var stream = person.Streams.ElementAt(_random.Next(person.Streams.Count));
        var (messageId, name) = (string.Create(CultureInfo.InvariantCulture, $"m{_events.Count}"), _random.Next(2) == 0 ? "A" : "B");
        _events.Add((stream, messageId, name));
        Take(person, stream, messageId, name);
    }

    private void Repeat()
    {
        if (_events.Count == 0) return;
        var (stream, messageId, name) = _events[_random.Next(_events.Count)];
        Take(_people.Single(p => p.Streams.Contains(stream)), stream, messageId, name);
    }

    private void Take(ModelPerson person, int stream, string messageId, string name)
    {
        var lateMs = _random.Next(5) switch { 0 => 600_001, 1 => 600_000, _ => 0 };
        var nowMs = Make.Start + _atMs;
        List<(string, string, long?)> expected = [];
        List<ModelSend> sent = [];
        foreach (var trigger in _triggers.Where(t => t.Event == name && _decided.Add((t.Id, messageId))))
        {
            var (code, quietUntilMs) = _model.Judge(trigger, person, [.. SendsOf(person), .. sent], lateMs > 600_000, nowMs);
            if (DecisionCodes.Acts(code)) sent.Add(new(stream, "", quietUntilMs ?? nowMs, trigger));
            expected.Add((trigger.Id, code, DecisionCodes.Acts(code) || code == DecisionCodes.QuietHours ? quietUntilMs : null));
            Codes[code] = Codes.GetValueOrDefault(code) + 1;
        }

        var survivor = person.Streams.ElementAt(_random.Next(person.Streams.Count));
        var outcome = ActivationPolicy.Decide(_plan, [Kit.Event(_atMs, messageId, name, part: stream, lateMs: lateMs)], person.Facts(survivor), person.State, nowMs);
        Assert.Equal(expected, (outcome.Record?.Decisions ?? []).Select(d => (d.Trigger, d.Code, d.QuietUntilMs)));
        Assert.Equal(sent.Select(s => s.AtMs), outcome.Messages.Select(m => m.NotBeforeMs));
        if (outcome.Record is { } record)
        {
            // What is written is enough to know the same after a restart.
            var read = DecidedActionsCodec.Read(DecidedActionsCodec.Write(record));
            Assert.Equal(Kit.Bytes(outcome.State), Kit.Bytes(person.State.With(read)));
        }

        _sends.AddRange(sent.Zip(outcome.Messages, (s, m) => s with { DecisionId = m.Id }));
        _messages.AddRange(outcome.Messages.Select(m => (stream, m)));
        Assert.All(outcome.Messages, m => Assert.True(_ids.Add(m.Id), "A decision was made twice."));
        person.State = outcome.State;
    }

    private void LookAgain()
    {
        if (_messages.Count == 0) return;
        var (stream, message) = _messages[_random.Next(_messages.Count)];
        var (person, own) = (_people.Single(p => p.Streams.Contains(stream)), _sends.Single(s => s.DecisionId == message.Id));
        var nowMs = Math.Max(Make.Start + _atMs, own.AtMs);
        var earlier = SendsOf(person).Where(s => s.AtMs < own.AtMs || (s.AtMs == own.AtMs && string.CompareOrdinal(s.DecisionId, own.DecisionId) < 0)).ToList();
        var (trigger, quietUntilMs) = (own.Trigger, own.Trigger.Quiet?.EndMs(nowMs, person.Zone));
        var expected = trigger.NeedsPro && !person.IsPro ? DecisionCodes.ConditionFalse
            : trigger.NeedsConsent && !person.Profile.HasConsented ? DecisionCodes.NoConsent
            : quietUntilMs is not null ? DecisionCodes.QuietHours
            : _model.Capped(trigger, earlier, nowMs);
        var verdict = ActivationPolicy.MayStillSend(_plan, message, person.Facts(stream), person.State, nowMs);
        Assert.Equal(new SendVerdict(expected is null, expected, expected == DecisionCodes.QuietHours && trigger.Defers ? quietUntilMs : null), verdict);
        Codes["looked again"] = Codes.GetValueOrDefault("looked again") + 1;
    }

    private void Merge()
    {
        if (_people.Count < 2) return;
        var (left, right) = (_people[0], _people[^1]);
        var joined = ActivationState.Join(left.State, right.State);
        Assert.Equal(Kit.Bytes(joined), Kit.Bytes(ActivationState.Join(right.State, ActivationState.Join(joined, left.State))));
        left.Streams.UnionWith(right.Streams);
        left.State = joined;
        _people.Remove(right);
        _random.Shuffle(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_people));
    }

    private void Split(ModelPerson person)
    {
        if (person.Streams.Count < 2) return;
        var gone = person.Streams.ElementAt(_random.Next(person.Streams.Count));
        person.Streams.Remove(gone);
        var other = new ModelPerson([gone]) { State = person.State.Only([Make.Stream(gone)]), Zone = person.Zone };
        person.State = person.State.Only([.. person.Streams.Select(Make.Stream)]);
        _people.Add(other);
    }

    private IEnumerable<ModelSend> SendsOf(ModelPerson person) => _sends.Where(s => person.Streams.Contains(s.Stream));
}
