using System.Buffers;
using System.Text;
using System.Text.Json;
using Cdp.Core.Activation;
using Cdp.Core.Activation.State;
using Cdp.Core.Audiences;
using Cdp.Core.Audiences.Consent;
using Cdp.Core.Audiences.State;
using Cdp.Core.Tests.Profiles;

namespace Cdp.Core.Tests.Activation;

/// <summary>Plans, customers and outcomes in few words.</summary>
internal static class Kit
{
    public const string Consented = """{"purpose":"marketing","channel":"push"}""";

    public static TriggerPlan Plan(params string[] triggers) => Plan(null, DefinitionSet.Empty, triggers);

    public static TriggerPlan Plan(string? settings, DefinitionSet audiences, params string[] triggers)
    {
        var compiled = TriggerPlan.Compile(audiences, [.. triggers.Select(Source)], settings is null ? null : Source(settings));
        return compiled.Plan ?? throw new InvalidOperationException(string.Join('\n', [.. compiled.Problems, .. compiled.AudienceProblems]));
    }

    public static DefinitionSource Source(string json) => new(Encoding.UTF8.GetBytes(json), 1);

    public static DefinitionSet Computed(params string[] definitions) =>
        DefinitionSet.Empty with { Computed = definitions.ToDictionary(d => JsonDocument.Parse(d).RootElement.GetProperty("id").GetString()!, Source) };

    /// <summary>A trigger on an event, with more members of its own and of its <c>if</c>.</summary>
    public static string OnEvent(string name, string conditions = "{}", string more = "", string id = "t") =>
        $$"""{"id":"{{id}}","when":{"event":"{{name}}"},"if":{{conditions}},"then":[{"webhook":"crm"}]{{more}}}""";

    /// <summary>An event that arrives at a moment, in milliseconds after <see cref="Make.Start"/>.</summary>
    public static Occasion Event(long at, string messageId, string name = "Bought", string more = "", int part = 1, long lateMs = 0) =>
        Occasion.OfEvent(Make.Event(at - lateMs, messageId, $",\"n\":\"{name}\"{more}", received: at), Make.Stream(part));

    public static ActivationFacts Facts(Profile? profile = null, int customer = 1, params int[] absorbed) =>
        new(profile ?? new(), Make.Stream(customer), [.. absorbed.Select(Make.Stream)], [new("user_id", "u1"), new("email", "e@example.test")]);

    public static string Bytes(ActivationState state)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer)) ActivationCodec.Write(json, state);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    public static ActivationState Read(string bytes)
    {
        using var document = JsonDocument.Parse(bytes);
        return ActivationCodec.Read(document.RootElement);
    }

    /// <summary>The one code that was decided.</summary>
    public static string Code(this ActivationOutcome outcome) => Assert.Single(outcome.Record!.Decisions).Code;

    public static JsonElement Payload(this ActivationOutcome outcome) =>
        JsonDocument.Parse(Assert.Single(outcome.Messages).Body).RootElement.GetProperty("payload");
}

/// <summary>A profile that is what a test says.</summary>
internal sealed class Profile : IProfileFacts
{
    public Dictionary<string, string> Traits { get; } = [];

    public bool HasConsented { get; set; } = true;

    public IReadOnlyList<WindowState> Windows { get; init; } = [AudiencePlan.Empty.NewState()];

    public ReadOnlySpan<byte> Trait(string name) => Traits.TryGetValue(name, out var json) ? Encoding.UTF8.GetBytes(json) : default(ReadOnlySpan<byte>);

    public int CountIdentifiers(string type) => type is "user_id" or "email" ? 1 : 0;

    public ConsentState Consent(string purpose, string? channel) => HasConsented ? ConsentState.Granted : ConsentState.Denied;
}
