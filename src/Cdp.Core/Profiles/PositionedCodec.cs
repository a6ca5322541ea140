using Cdp.Core.Geofences.Tracking;

namespace Cdp.Core.Profiles;

/// <summary>The body of <see cref="Journal.RecordKind.Positioned"/>: where all devices of a customer stand, format version 1.</summary>
public static class PositionedCodec
{
    /// <summary>Writes a body.</summary>
    /// <param name="track">Where they stand.</param>
    /// <returns>UTF-8 JSON.</returns>
    public static byte[] Write(TrackState track) => RecordCodec.Build(json =>
    {
        json.WritePropertyName("t");
        TrackCodec.Write(json, track);
    });

    /// <summary>Reads a body.</summary>
    /// <param name="body">UTF-8 JSON.</param>
    /// <returns>Where they stand.</returns>
    /// <exception cref="FormatException">It is of an unknown format version.</exception>
    public static TrackState Read(ReadOnlyMemory<byte> body)
    {
        using var document = RecordCodec.Parse(body);
        return TrackCodec.Read(document.RootElement.GetProperty("t"u8));
    }
}
