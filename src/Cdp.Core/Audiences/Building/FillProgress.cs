using Cdp.Core.Identity;
using Cdp.Core.Profiles;

namespace Cdp.Core.Audiences.Building;

/// <summary>How far changed definitions have been taken to a workspace's stored customers.</summary>
/// <param name="Key">The definitions, see <see cref="AudiencesInForce.Key"/>.</param>
/// <param name="Covered">The definitions that all customers had been judged by before, see <see cref="AudiencesInForce.Name"/>.</param>
/// <param name="Audiences">The audiences that are filled.</param>
/// <param name="Cursor">The last customer that was looked at; null before the first.</param>
/// <param name="Done">How many were looked at.</param>
/// <param name="Total">How many there were when it began.</param>
/// <param name="StartedAtMs">Unix milliseconds of the beginning.</param>
/// <param name="FinishedAtMs">Unix milliseconds of the end; null while it goes on.</param>
/// <param name="LeasedUntilMs">Unix milliseconds until which one process works on it.</param>
public sealed record FillProgress(
    string Key,
    string Covered,
    IReadOnlyList<string> Audiences,
    CustomerId? Cursor,
    long Done,
    long Total,
    long StartedAtMs,
    long? FinishedAtMs,
    long LeasedUntilMs)
{
    /// <summary>The name of the work in <see cref="Journal.Index.IGridIndex.ReadProgressAsync"/>.</summary>
    public const string Work = "audience-fill";

    /// <summary>The journal's own JSON, format version 1.</summary>
    /// <returns>UTF-8 JSON.</returns>
    public byte[] Write() => RecordCodec.Build(json =>
    {
        json.WriteString("key", Key);
        json.WriteString("covered", Covered);
        json.WriteStartArray("audiences");
        foreach (var audience in Audiences) json.WriteStringValue(audience);
        json.WriteEndArray();
        if (Cursor is { } cursor) json.WriteString("cursor", cursor.Value);
        json.WriteNumber("done", Done);
        json.WriteNumber("total", Total);
        json.WriteNumber("started", StartedAtMs);
        if (FinishedAtMs is { } finished) json.WriteNumber("finished", finished);
        json.WriteNumber("leased", LeasedUntilMs);
    });

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <param name="body">UTF-8 JSON.</param>
    /// <returns>The progress.</returns>
    /// <exception cref="FormatException">It is of an unknown format version.</exception>
    public static FillProgress Read(ReadOnlyMemory<byte> body)
    {
        using var document = RecordCodec.Parse(body);
        var root = document.RootElement;
        return new(
            Text("key"),
            Text("covered"),
            [.. root.GetProperty("audiences"u8).EnumerateArray().Select(a => a.GetString()!)],
            root.TryGetProperty("cursor"u8, out var cursor) ? new CustomerId(cursor.GetGuid()) : null,
            Number("done"),
            Number("total"),
            Number("started"),
            root.TryGetProperty("finished"u8, out var finished) ? finished.GetInt64() : null,
            Number("leased"));

        string Text(string name) => root.GetProperty(name).GetString()!;
        long Number(string name) => root.GetProperty(name).GetInt64();
    }
}
