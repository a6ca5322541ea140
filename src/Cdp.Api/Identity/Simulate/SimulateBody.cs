using System.Text.Json;
using Cdp.Api.Http;
using Cdp.Api.Ingest;

namespace Cdp.Api.Identity.Simulate;

/// <summary>The body of a simulation, cut into slices as that of an ingest request is: events are judged one by one, however deep they are.</summary>
internal sealed class SimulateBody
{
    /// <summary>The most events of one simulation.</summary>
    public const int MaxEvents = 1_000;

    private const string Expected = "Send {\"events\":[…]}, with a preset's name as \"preset\", a \"policy\", both, or neither.";

    private ReadOnlyMemory<byte> _events;

    private SimulateBody() { }

    /// <summary>The preset's name; null when none is named.</summary>
    public string? Preset { get; private set; }

    /// <summary>The policy (UTF-8 JSON); null when there is none.</summary>
    public ReadOnlyMemory<byte>? Policy { get; private set; }

    /// <summary>The events, at most <see cref="MaxEvents"/>.</summary>
    public EventCutter Events => new(_events.Span, isArray: true);

    /// <summary>Reads a body.</summary>
    /// <param name="body">The body; slices of it are kept.</param>
    /// <returns>The slices.</returns>
    /// <exception cref="ProblemException">It is no JSON, not of that shape, or has too many events.</exception>
    public static SimulateBody Read(ReadOnlyMemory<byte> body)
    {
        var read = new SimulateBody();
        try
        {
            read.ReadObject(body);
        }
        catch (JsonException)
        {
            throw new ProblemException(ProblemCode.InvalidJson);
        }

        if (read._events.IsEmpty) throw new ProblemException(ProblemCode.InvalidBody, Expected);
        var count = 0;
        for (var events = read.Events; events.Next();)
            if (++count > MaxEvents) throw new ProblemException(ProblemCode.InvalidBody, $"events: at most {MaxEvents} of them.");
        return read;
    }

    private void ReadObject(ReadOnlyMemory<byte> body)
    {
        var reader = new Utf8JsonReader(body.Span, Members.AnyDepth);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject) reader.Skip();
        else
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName) ReadMember(ref reader, body);

        // What follows must be white space: the reader throws when it is not.
        reader.Read();
    }

    private void ReadMember(ref Utf8JsonReader reader, ReadOnlyMemory<byte> body)
    {
        var isPreset = Members.Is(ref reader, "preset"u8);
        var isPolicy = Members.Is(ref reader, "policy"u8);
        var isEvents = Members.Is(ref reader, "events"u8);
        if (!isPreset && !isPolicy && !isEvents) throw new ProblemException(ProblemCode.InvalidBody, $"There is a member that is not known here. {Expected}");
        reader.Read();
        var (kind, start) = (reader.TokenType, (int)reader.TokenStartIndex);
        if (isPreset && kind != JsonTokenType.Null) Preset = Members.Text(ref reader) ?? throw new ProblemException(ProblemCode.InvalidBody, "preset: expects a preset's name.");
        reader.Skip();
        var slice = body[start..(int)reader.BytesConsumed];
        if (isPolicy) Policy = kind == JsonTokenType.Null ? null : slice;
        if (isEvents) _events = kind == JsonTokenType.StartArray ? slice : default;
    }
}
