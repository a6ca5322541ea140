using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Cdp.Core.Identity;
using Microsoft.Extensions.Configuration;

namespace Cdp.Api.Settings;

/// <summary>An identity policy as a JSON document: the same object as the section <c>Identity</c> of the configuration, read by the same reader.</summary>
internal static class PolicyDocument
{
    private const string Root = "Identity";

    /// <summary>Compiles a document.</summary>
    /// <param name="json">The object (UTF-8).</param>
    /// <param name="preset">The preset that its knobs differ from; one that it names itself must be the same. Null for the one that it names.</param>
    /// <returns>The rules.</returns>
    /// <exception cref="SettingsException">Something in it is wrong; all problems are named, by their paths from <c>Identity</c>.</exception>
    /// <exception cref="JsonException">It is not JSON.</exception>
    public static IdentityRules Read(ReadOnlyMemory<byte> json, string? preset = null)
    {
        using (var document = JsonDocument.Parse(json))
        {
            if (document.RootElement.ValueKind != JsonValueKind.Object) throw new SettingsException([$"{Root}: expects an object."]);
        }

        var problems = new List<string>();
        var configuration = Wrap(json);
        using (configuration as IDisposable)
        {
            var rules = IdentityReader.Read(new SectionReader(configuration.GetSection(Root), problems), preset);
            return problems.Count == 0 ? rules : throw new SettingsException(problems);
        }
    }

    /// <summary>Writes a section of the configuration as the object that makes the same rules.</summary>
    /// <param name="section">The section; empty or missing makes <c>{}</c>.</param>
    /// <returns>The object (UTF-8).</returns>
    public static byte[] Write(IConfigurationSection section)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer))
        {
            if (section.GetChildren().Any()) WriteValue(json, section);
            else json.WriteRawValue("{}"u8);
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static IConfigurationRoot Wrap(ReadOnlyMemory<byte> json)
    {
        var wrapped = new MemoryStream(json.Length + 16);
        wrapped.Write("{\"Identity\":"u8);
        wrapped.Write(json.Span);
        wrapped.WriteByte((byte)'}');
        wrapped.Position = 0;
        try
        {
            return new ConfigurationBuilder().AddJsonStream(wrapped).Build();
        }
        catch (FormatException error)
        {
            // It has a member twice, in one way of writing or two. The message names its path and nothing else.
            throw new SettingsException([$"{Root}: {error.Message}"]);
        }
    }

    private static void WriteValue(Utf8JsonWriter json, IConfigurationSection section)
    {
        IConfigurationSection[] children = [.. section.GetChildren()];
        if (children.Length == 0)
        {
            WriteText(json, section.Value);
            return;
        }

        var isList = children.All(static c => int.TryParse(c.Key, NumberStyles.None, CultureInfo.InvariantCulture, out _));
        if (isList) json.WriteStartArray();
        else json.WriteStartObject();
        foreach (var child in children)
        {
            if (!isList) json.WritePropertyName(child.Key);
            WriteValue(json, child);
        }

        if (isList) json.WriteEndArray();
        else json.WriteEndObject();
    }

    // The configuration knows texts only; what reads the same as a number or a flag is written as one.
    private static void WriteText(Utf8JsonWriter json, string? text)
    {
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number.ToString(CultureInfo.InvariantCulture) == text)
            json.WriteNumberValue(number);
        else if (bool.TryParse(text, out var flag)) json.WriteBooleanValue(flag);
        else json.WriteStringValue(text);
    }
}
