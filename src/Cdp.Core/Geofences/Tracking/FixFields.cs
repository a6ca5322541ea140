using Cdp.Core.Events.Json;

namespace Cdp.Core.Geofences.Tracking;

/// <summary>Where the members of a position stand in its JSON. Of two with one name the last one counts, as everywhere.</summary>
internal struct FixFields
{
    public JsonSlice Device { get; private set; }

    public JsonSlice Latitude { get; private set; }

    public JsonSlice Longitude { get; private set; }

    public JsonSlice Accuracy { get; private set; }

    public JsonSlice Speed { get; private set; }

    public JsonSlice Heading { get; private set; }

    public JsonSlice Timestamp { get; private set; }

    public static FixFields Read(ReadOnlySpan<byte> json)
    {
        var fields = default(FixFields);
        var members = new JsonMembers(json);
        while (members.Next())
        {
            var name = members.Name;
            var value = members.Value;
            if (name.SequenceEqual("lat"u8) || name.SequenceEqual("latitude"u8)) fields.Latitude = value;
            else if (name.SequenceEqual("lon"u8) || name.SequenceEqual("longitude"u8)) fields.Longitude = value;
            else if (name.SequenceEqual("accuracyMeters"u8) || name.SequenceEqual("accuracy"u8)) fields.Accuracy = value;
            else if (name.SequenceEqual("speedMps"u8)) fields.Speed = value;
            else if (name.SequenceEqual("heading"u8)) fields.Heading = value;
            else if (name.SequenceEqual("timestamp"u8)) fields.Timestamp = value;
            else if (name.SequenceEqual("deviceId"u8)) fields.Device = value;
        }

        return fields;
    }
}
