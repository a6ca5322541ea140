using System.Text.Json;
using Cdp.Core.Events.Json;

namespace Cdp.Core.Events;

/// <summary>Where the members of <c>context.device</c> stand in it.</summary>
internal struct DeviceFields
{
    public JsonSlice Id;
    public JsonSlice Type;
    public JsonSlice Manufacturer;
    public JsonSlice Model;
    public JsonSlice AdvertisingId;
    public bool AdTrackingOff;

    /// <summary>Reads them.</summary>
    /// <param name="device">The device object, or empty.</param>
    /// <returns>Their places.</returns>
    public static DeviceFields Read(ReadOnlySpan<byte> device)
    {
        var fields = default(DeviceFields);
        var members = new JsonMembers(device);
        while (members.Next())
        {
            var name = members.Name;
            if (name.SequenceEqual("id"u8))
                fields.Id = members.Value;
            else if (name.SequenceEqual("type"u8))
                fields.Type = members.Value;
            else if (name.SequenceEqual("manufacturer"u8))
                fields.Manufacturer = members.Value;
            else if (name.SequenceEqual("model"u8))
                fields.Model = members.Value;
            else if (name.SequenceEqual("advertisingId"u8))
                fields.AdvertisingId = members.Value;
            else if (name.SequenceEqual("adTrackingEnabled"u8))
                fields.AdTrackingOff = members.Value.Kind == JsonTokenType.False;
        }

        return fields;
    }
}
