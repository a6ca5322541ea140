using System.Text.Json;
using Cdp.Cli.Shell;

namespace Cdp.Cli.Identity;

/// <summary>A file of events to be simulated: NDJSON, or one JSON array.</summary>
internal static class EventFile
{
    /// <summary>The longest file.</summary>
    public const int MaxBytes = 1024 * 1024;

    // The server judges an event's depth; here it only has to be read.
    private static readonly JsonDocumentOptions s_options = new() { MaxDepth = 512 };

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The events as a JSON array (UTF-8).</returns>
    /// <exception cref="CliException">It is too long, or not JSON; the line is named and not repeated.</exception>
    public static async Task<byte[]> ReadAsync(string path, CancellationToken cancellationToken)
    {
        if (new FileInfo(path) is { Exists: true, Length: > MaxBytes }) throw CliException.Usage($"a simulation takes at most {MaxBytes} bytes of events.");
        ReadOnlyMemory<byte> text = await File.ReadAllBytesAsync(path, cancellationToken);
        if (text.Span.StartsWith("\uFEFF"u8)) text = text[3..];
        if (text.Span.TrimStart(" \t\r\n"u8) is [(byte)'[', ..])
        {
            Check(text, "the file is no JSON array.");
            return text.ToArray();
        }

        using var events = new MemoryStream();
        events.WriteByte((byte)'[');
        var number = 0;
        foreach (var range in Lines(text.Span))
        {
            number++;
            var line = text[range];
            if (line.Span.Trim(" \t\r"u8).IsEmpty) continue;
            Check(line, $"line {number} is no JSON.");
            if (events.Length > 1) events.WriteByte((byte)',');
            events.Write(line.Span);
        }

        events.WriteByte((byte)']');
        return events.ToArray();
    }

    private static List<Range> Lines(ReadOnlySpan<byte> text)
    {
        var lines = new List<Range>();
        foreach (var range in text.Split((byte)'\n')) lines.Add(range);
        return lines;
    }

    private static void Check(ReadOnlyMemory<byte> json, string why)
    {
        try
        {
            JsonDocument.Parse(json, s_options).Dispose();
        }
        catch (JsonException)
        {
            throw CliException.Usage(why);
        }
    }
}
