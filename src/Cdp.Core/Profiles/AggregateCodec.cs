using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Cdp.Core.Traits;

namespace Cdp.Core.Profiles;

/// <summary>What rules judged of a part's traits, inside its snapshot: <c>ta</c>, an array of [name, latest origin, rule, registers].</summary>
internal static class AggregateCodec
{
    public static void Write(Utf8JsonWriter json, NameMap<TraitAggregate> aggregates, Func<Origin, int> place)
    {
        json.WriteStartArray("ta");
        foreach (var (name, aggregate) in aggregates)
        {
            json.WriteStartArray();
            json.WriteStringValue(name);
            json.WriteNumberValue(place(aggregate.Last.Origin));
            WrittenRules.WriteRule(json, aggregate.Last.Value);
            json.WriteStartObject();
            WriteRegister(json, "first", aggregate.First, place);
            WriteRegister(json, "max", aggregate.Max, place);
            WriteRegister(json, "min", aggregate.Min, place);
            if (aggregate.Sum is { } sum)
            {
                json.WritePropertyName("sum");
                json.WriteRawValue(sum.ToUtf8(), skipInputValidation: true);
            }

            if (aggregate.Union is { } union) WriteUnion(json, union);
            if (aggregate.Best is { } best)
            {
                json.WriteNumber("rank", best.Rank);
                WriteRegister(json, "best", best.Register, place);
            }

            json.WriteEndObject();
            json.WriteEndArray();
        }

        json.WriteEndArray();
    }

    public static NameMap<TraitAggregate>? Read(JsonElement part, Origin[] origins)
    {
        if (!part.TryGetProperty("ta"u8, out var all)) return null;
        var aggregates = new NameMap<TraitAggregate>();
        foreach (var entry in all.EnumerateArray())
        {
            var registers = entry[3];
            aggregates.ValueRefOrAddDefault(StringPool.Shared.Intern(entry[0].GetString()!), out _) = new TraitAggregate
            {
                Last = new(WrittenRules.ReadRule(entry[2]), origins[entry[1].GetInt32()]),
                First = ReadRegister(registers, "first", origins),
                Max = ReadRegister(registers, "max", origins),
                Min = ReadRegister(registers, "min", origins),
                Sum = registers.TryGetProperty("sum"u8, out var sum) ? ReadSum(sum) : null,
                Union = registers.TryGetProperty("union"u8, out var union) ? ReadUnion(union) : null,
                Best = ReadRegister(registers, "best", origins) is { } best ? new(registers.GetProperty("rank"u8).GetInt32(), best) : null,
            };
        }

        return aggregates;
    }

    private static void WriteRegister(Utf8JsonWriter json, string name, Register<byte[]?>? register, Func<Origin, int> place)
    {
        if (register is not { } held) return;
        json.WriteStartArray(name);
        json.WriteNumberValue(place(held.Origin));
        json.WriteRawValue(held.Value ?? "null"u8.ToArray(), skipInputValidation: true);
        json.WriteEndArray();
    }

    private static Register<byte[]?>? ReadRegister(JsonElement registers, string name, Origin[] origins)
    {
        if (!registers.TryGetProperty(name, out var pair)) return null;
        return new(pair[1].ValueKind == JsonValueKind.Null ? null : JsonMarshal.GetRawUtf8Value(pair[1]).ToArray(), origins[pair[0].GetInt32()]);
    }

    // A sum has as many digits as its summands and a few more: what is read here is not held against the bounds of what is sent.
    private static ExactNumber ReadSum(JsonElement sum) => ExactNumber.Parse(JsonMarshal.GetRawUtf8Value(sum));

    private static void WriteUnion(Utf8JsonWriter json, LatestSet<string> union)
    {
        json.WriteStartArray("union");
        foreach (var (element, seenMs, _) in union.Entries)
        {
            json.WriteNumberValue(seenMs);
            json.WriteRawValue(Encoding.UTF8.GetBytes(element), skipInputValidation: true);
        }

        json.WriteEndArray();
    }

    private static LatestSet<string> ReadUnion(JsonElement union)
    {
        var set = new LatestSet<string>(TraitAggregate.MaxElements);
        var items = union.EnumerateArray();
        while (items.MoveNext())
        {
            var seenMs = items.Current.GetInt64();
            items.MoveNext();
            set.Add(items.Current.GetRawText(), seenMs, "");
        }

        return set;
    }
}
