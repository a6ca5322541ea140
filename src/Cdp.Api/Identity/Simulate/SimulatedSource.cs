using System.Text.Json;
using Cdp.Api.Http;
using Cdp.Api.Ingest;
using Cdp.Core.Events;

namespace Cdp.Api.Identity.Simulate;

/// <summary>
/// What the key of a simulated event would say: its member <c>simulate</c>, such as <c>{"source":"crm","priority":5,"trusted":true,"sharedDevice":false}</c>, as in
/// the configuration of a write key. Without it, a plain write key.
/// </summary>
internal static class SimulatedSource
{
    private static readonly EventSource s_plain = new("simulation");

    /// <summary>Reads the source of one event.</summary>
    /// <param name="json">One valid JSON value.</param>
    /// <param name="index">Its place, for whoever sent something else.</param>
    /// <returns>The source.</returns>
    /// <exception cref="ProblemException">The member is there and not of that shape.</exception>
    public static EventSource Of(ReadOnlySpan<byte> json, int index)
    {
        var reader = new Utf8JsonReader(json, Members.AnyDepth);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return s_plain;
        var source = s_plain;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var found = Members.Is(ref reader, "simulate"u8);
            reader.Read();
            if (found && reader.TokenType != JsonTokenType.StartObject) throw Wrong(index);
            if (found) source = Read(ref reader, index);
            else reader.Skip();
        }

        return source;
    }

    private static EventSource Read(ref Utf8JsonReader reader, int index)
    {
        var source = s_plain;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isName = Members.Is(ref reader, "source"u8);
            var isPriority = Members.Is(ref reader, "priority"u8);
            var isTrusted = Members.Is(ref reader, "trusted"u8);
            var isShared = Members.Is(ref reader, "sharedDevice"u8);
            reader.Read();
            if (isName) source = source with { Name = Members.Text(ref reader) is { Length: <= 64 } name ? name : throw Wrong(index) };
            else if (isPriority) source = source with { Priority = reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out var priority) ? priority : throw Wrong(index) };
            else if (isTrusted) source = source with { Trusted = Flag(ref reader, index) };
            else if (isShared) source = source with { SharedDevice = Flag(ref reader, index) };
            else throw Wrong(index);
        }

        return source;
    }

    private static bool Flag(ref Utf8JsonReader reader, int index) =>
        reader.TokenType is JsonTokenType.True or JsonTokenType.False ? reader.TokenType == JsonTokenType.True : throw Wrong(index);

    private static ProblemException Wrong(int index) => new(
        ProblemCode.InvalidBody, $"events[{index}].simulate: expects any of {{\"source\":text, \"priority\":number, \"trusted\":flag, \"sharedDevice\":flag}}.");
}
