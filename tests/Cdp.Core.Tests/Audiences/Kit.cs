using System.Buffers;
using System.Text;
using System.Text.Json;
using Cdp.Core.Audiences;
using Cdp.Core.Audiences.Consent;
using Cdp.Core.Audiences.State;
using Cdp.Core.Identity;
using Cdp.Core.Profiles;
using Cdp.Testing.Audiences;

namespace Cdp.Core.Tests.Audiences;

/// <summary>Definitions, plans and profiles in few words.</summary>
internal static class Kit
{
    public static DefinitionSource Source(string json) => new(Encoding.UTF8.GetBytes(json), 1);

    /// <summary>A plan of one audience with this rule, named <c>a</c>.</summary>
    public static AudiencePlan Plan(string rule, params string[] computed) => Plan([rule], computed);

    /// <summary>A plan of audiences with these rules, named <c>a0</c>, <c>a1</c> and so on; <c>a</c> when there is one.</summary>
    public static AudiencePlan Plan(string[] rules, params string[] computed)
    {
        var audiences = rules.Select((rule, i) => Source($$"""{"id":"{{(rules.Length == 1 ? "a" : $"a{i}")}}","rule":{{rule}}}"""));
        var compiled = AudiencePlan.Compile([.. computed.Select(Source)], [.. audiences]);
        return compiled.Plan ?? throw new InvalidOperationException(string.Join('\n', compiled.Problems));
    }

    public static ProfileFacts Facts(params IReadOnlyList<WindowState> windows) =>
        new([new ProfilePart(new CustomerId(Guid.Empty))], windows, [], new ConsentView([], []));

    public static string Bytes(WindowState state)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer)) WindowCodec.Write(json, state);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    public static WindowState Read(string bytes)
    {
        using var document = JsonDocument.Parse(bytes);
        return WindowCodec.Read(document.RootElement);
    }
}
