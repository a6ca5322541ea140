using System.Collections;
using System.Reflection;
using System.Text;
using Cdp.Client;
using Cdp.Client.Messages;
using Cdp.Core.Events;
using Cdp.Silo.Members;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;

namespace Cdp.Grains.Tests.Wire;

/// <summary>What is sent arrives as it was, and says nothing of its content to logs.</summary>
public sealed class RoundTripTests : IDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection().AddSerializer().BuildServiceProvider();

    public static TheoryData<int> Places => [.. Enumerable.Range(0, Samples.All.Count)];

    public void Dispose() => _services.Dispose();

    [Theory]
    [MemberData(nameof(Places))]
    public void A_value_arrives_as_it_was_sent(int place)
    {
        var sent = Samples.All[place];
        var serializer = _services.GetRequiredService<Serializer>();

        var arrived = serializer.Deserialize<object>(serializer.SerializeToArray(sent))!;

        Assert.NotSame(sent, arrived);
        Assert.Equal(sent.GetType(), arrived.GetType());
        Assert.Equal(Describe(sent), Describe(arrived));
    }

    [Theory]
    [MemberData(nameof(Places))]
    public void A_sample_has_no_field_left_at_its_default(int place) => Assert.DoesNotContain("=default", Describe(Samples.All[place]), StringComparison.Ordinal);

    [Theory]
    [MemberData(nameof(Places))]
    public void A_message_tells_a_log_nothing_of_what_it_holds(int place)
    {
        var value = Samples.All[place];

        // Orleans writes what is sent and answered by ToString; what stands only inside of messages is never written itself.
        if (value.GetType().Namespace != typeof(ApplyRequest).Namespace && value is not Profile and not Core.Identity.Identifier) return;
        Assert.DoesNotContain(Samples.Secret, value.ToString()!, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_type_that_crosses_a_silos_border_has_a_sample()
    {
        var sampled = Samples.All.Select(s => s.GetType()).ToHashSet();
        var crossing = Crossing(typeof(IProfileGrid).Assembly).Concat(Crossing(typeof(SiloReport).Assembly)).Select(t => ConvertedBy(t) ?? t);

        Assert.Empty(crossing.Where(t => !sampled.Contains(t)).Select(t => t.FullName!));
    }

    [Fact]
    public void Every_type_that_crosses_a_silos_border_has_a_name_of_its_own()
    {
        var types = Crossing(typeof(IProfileGrid).Assembly).ToArray();

        Assert.All(types, t => Assert.StartsWith("cdp.", t.GetCustomAttribute<AliasAttribute>()?.Alias, StringComparison.Ordinal));
        Assert.All(types, t => Assert.NotNull(t.GetCustomAttribute<ImmutableAttribute>()));
    }

    private static IEnumerable<Type> Crossing(Assembly assembly) => assembly.GetTypes().Where(
        t => t.GetCustomAttribute<GenerateSerializerAttribute>() is not null && !t.Namespace!.StartsWith("OrleansCodeGen", StringComparison.Ordinal));

    /// <summary>The type of Core that a stand-in stands for.</summary>
    private static Type? ConvertedBy(Type standIn) => standIn.Assembly.GetTypes()
        .SelectMany(t => t.GetInterfaces())
        .FirstOrDefault(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IConverter<,>) && i.GetGenericArguments()[1] == standIn)
        ?.GetGenericArguments()[0];

    /// <summary>All that a value holds, as text that differs wherever the values do.</summary>
    private static string Describe(object? value)
    {
        switch (value)
        {
            case null:
                return "null";
            case string or Guid or Enum or IFormattable or bool:
                return value.ToString()!;
            case ReadOnlyMemory<byte> bytes:
                return Convert.ToHexString(bytes.Span);
            case byte[] bytes:
                return Convert.ToHexString(bytes);
            case CustomerEvent e:
                // All of an event is in its body, and what is read out of that must be the same.
                return $"{Encoding.UTF8.GetString(e.Body.Span)} {e.MessageHash} {Describe(e.Identifiers)} {Encoding.UTF8.GetString(e.Traits.Span)} {Encoding.UTF8.GetString(e.Context.Span)} {e.Source}";
            case IDictionary map:
                return string.Join(",", map.Keys.Cast<object>().OrderBy(k => k.ToString(), StringComparer.Ordinal).Select(k => $"{Describe(k)}:{Describe(map[k])}"));
            case IEnumerable items:
                return "[" + string.Join(",", items.Cast<object?>().Select(Describe)) + "]";
        }

        var properties = value.GetType().GetProperties(BindingFlags.Instance | BindingFlags.Public).Where(p => p.GetIndexParameters().Length == 0);
        return value.GetType().Name + "{" + string.Join(",", properties.Select(p => Member(p, value))) + "}";
    }

    private static string Member(PropertyInfo property, object owner)
    {
        var value = property.GetValue(owner);
        var standard = property.PropertyType.IsValueType ? Activator.CreateInstance(property.PropertyType) : null;
        // A step that refuses has nobody else, and a profile that is not there is null: these are values too.
        var mayBeDefault = (owner, property.Name) is (Core.Identity.PlanStep, "Other" or "Third") or (Core.Identity.Reason, "Identifier" or "Detail");
        return $"{property.Name}={(!mayBeDefault && Equals(value, standard) ? "default" : Describe(value))}";
    }
}
