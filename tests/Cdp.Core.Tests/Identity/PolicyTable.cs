using System.Collections.Frozen;
using System.Globalization;
using Cdp.Core.Identity;

namespace Cdp.Core.Tests.Identity;

/// <summary>
/// Plans written as text, so that a table of them can be read. Customers: <c>1@10 user_id email*3; 2@20 anonymous_id</c> (number, createdAt, identifiers by
/// type). Event: <c>user_id:u email:e=1 anonymous_id:a=2@50 ^phone:p</c> (owner, time of its link, previous id of an alias). Plan:
/// <c>1 &lt;- 2,3 | link email:e linked | move anonymous_id:a moved 2</c> (target, absorbed, steps with code and owner).
/// </summary>
internal static class PolicyTable
{
    /// <summary>The event time of all plans that do not say otherwise.</summary>
    public const long At = 100;

    public static CustomerId Id(int number) => new(new Guid(0, 0, 0x7000, [0x80, 0, 0, 0, 0, 0, (byte)(number >> 8), (byte)number]));

    public static int Number(CustomerId id)
    {
        var bytes = id.Value.ToByteArray();
        return (bytes[14] << 8) | bytes[15];
    }

    public static string Plan(string customers, string identifiers, IdentityRules? rules = null, PolicyEvent? e = null) =>
        Show(IdentityPolicy.Plan(rules ?? IdentityRules.Default, e ?? new PolicyEvent(At), Candidates(identifiers, Customers(customers))));

    public static string Show(IdentityPlan plan)
    {
        var absorbed = plan.Absorbed.Count == 0 ? "" : $" <- {string.Join(',', plan.Absorbed.Select(Number))}";
        var steps = plan.Steps.Select(s =>
            $" | {KindOf(s.Kind)} {s.Identifier.Ref} {s.Code}{(s.Other is { } other ? $" {Number(other)}" : "")}");
        return $"{(plan.Target is { } target ? Number(target) : "new")}{absorbed}{string.Concat(steps)}";
    }

    /// <summary>The default rules with other limits, such as <c>email=1</c>.</summary>
    public static IdentityRules Rules(string limits, int profileCap = 1_000)
    {
        var types = IdentityRules.Default.Types.ToDictionary();
        foreach (var limit in Words(limits))
        {
            var (name, max) = Cut(limit, '=');
            types[name] = IdentityRules.Default.TypeOf(name) with { Name = name, MaxPerProfile = Int(max) };
        }

        return new() { Types = types.ToFrozenDictionary(StringComparer.Ordinal), MaxIdentifiersPerProfile = profileCap };
    }

    private static Dictionary<int, CustomerFacts> Customers(string text) => text
        .Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
        .Select(Customer)
        .ToDictionary(c => Number(c.Id));

    private static CustomerFacts Customer(string text)
    {
        var words = Words(text);
        var (number, createdAt) = Cut(words[0], '@');
        var counts = words.Skip(1).Select(w => Cut(w, '*')).ToDictionary(c => c.Left, c => c.Right.Length == 0 ? 1 : Int(c.Right));
        return new(Id(Int(number)), 1, Int(createdAt), counts, counts.Values.Sum());
    }

    private static Candidate[] Candidates(string text, Dictionary<int, CustomerFacts> customers) =>
        [.. Words(text).Select(word =>
        {
            var (reference, owned) = Cut(word.TrimStart('^'), '=');
            var (owner, linkedAt) = Cut(owned, '@');
            var (type, value) = Cut(reference, ':');
            return new Candidate(
                new(type, value), owner.Length == 0 ? null : customers[Int(owner)], linkedAt.Length == 0 ? 0 : Int(linkedAt), word[0] == '^');
        })];

    private static string KindOf(StepKind kind) => kind switch
    {
        StepKind.Link => "link",
        StepKind.Move => "move",
        _ => "refuse",
    };

    private static string[] Words(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private static (string Left, string Right) Cut(string text, char at)
    {
        var place = text.IndexOf(at, StringComparison.Ordinal);
        return place < 0 ? (text, "") : (text[..place], text[(place + 1)..]);
    }

    private static int Int(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
