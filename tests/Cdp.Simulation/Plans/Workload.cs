using Cdp.Core.Events;
using Cdp.Core.Identity;

namespace Cdp.Simulation.Plans;

/// <summary>Draws what the clients of a world do: few people with few identifiers, so that everything collides with everything.</summary>
internal sealed class Workload(Knobs knobs, Random random)
{
    private static readonly string[] Types = ["user_id", "email", "anonymous_id", "anonymous_id", "crm_id", "loyalty", "device_id"];
    private static readonly string[] Traits = ["plan", "city", "tier"];

    private int _messages;

    public IReadOnlyList<Operation> Operations()
    {
        List<Operation> operations = [];
        while (operations.Count < knobs.Operations)
        {
            operations.Add(Next());
            // What was just sent is what somebody looks at.
            if (operations[^1] is Ingest sent && random.Next(3) == 0)
                operations.Add(new Read(random.Next(knobs.Clients), sent.Events[^1].Identifiers[random.Next(sent.Events[^1].Identifiers.Count)]));
        }

        return operations;
    }

    private Operation Next()
    {
        var client = random.Next(knobs.Clients);
        return random.Next(20) switch
        {
            0 => new Read(client, Draw()),
            1 => new Patch(client, Draw(), random.Next(100)),
            3 or 4 when knobs.Splits => new Merge(client, Draw(), Draw()),
            5 or 6 or 7 when knobs.Splits => new Unmerge(client, Draw(), random.Next(16), random.Next(2) == 0),
            8 when knobs.Splits => new SplitOff(client, Draw(), random.Next(2) == 0),
            9 or 10 or 11 or 12 or 13 when knobs.HasFences => new Walk(client, Draw(), Value("device_id"), [.. Enumerable.Range(0, 1 + random.Next(4)).Select(_ => (Place(), random.Next(6_000)))]),
            2 when knobs.Erases => new Erase(client, Draw(), random.Next(8) == 0),
            _ => new Ingest(client, [.. Enumerable.Range(0, random.Next(3) == 0 ? 2 + random.Next(3) : 1).Select(_ => Event())]),
        };
    }

    private EventSpec Event()
    {
        var type = random.Next(10) switch { < 4 => EventType.Identify, < 7 => EventType.Track, 7 or 8 => EventType.Page, _ => EventType.Alias };
        // An alias never welds two known users, which no union-find knows of.
        if (type == EventType.Alias && knobs.Policy == PolicyKind.Plain) type = EventType.Track;
        var identifiers = Identifiers(type);
        var source = knobs.Policy == PolicyKind.Plain
            ? new EventSource("web")
            : random.Next(5) switch { 0 => new("till", 5, Trusted: true), 1 => new("kiosk", SharedDevice: true), _ => new EventSource("web") };
        return new(
            $"m{++_messages}",
            type,
            identifiers,
            type == EventType.Alias ? Value(random.Next(2) == 0 ? "anonymous_id" : "user_id") : null,
            type == EventType.Identify ? [.. Traits.Where(_ => random.Next(2) == 0).Select(name => (name, random.Next(100)))] : [],
            random.Next(3) == 0 ? random.Next(100_000) : 0,
            source,
            knobs.HasFences && random.Next(3) == 0 ? Place() : null);
    }

    private int Place() => random.Next(Defined.Places.Count);

    private List<Identifier> Identifiers(EventType type)
    {
        var count = random.Next(10) switch { < 4 => 1, < 8 => 2, _ => 3 };
        var chosen = new List<Identifier>();
        if (type == EventType.Alias) chosen.Add(new("user_id", Value("user_id")));
        while (chosen.Count < count)
        {
            var next = Draw();
            // One user id, one anonymous id and one device per event, as the wire has it.
            if (!chosen.Exists(c => c.Type == next.Type)) chosen.Add(next);
        }

        return chosen;
    }

    private Identifier Draw()
    {
        var type = Types[random.Next(Types.Length)];
        return new(type, Value(type));
    }

    private string Value(string type)
    {
        var number = 1 + random.Next(knobs.ValuesPerType);
        return type == "email" ? $"e{number}@example.test" : $"{type[0]}{number}";
    }
}
