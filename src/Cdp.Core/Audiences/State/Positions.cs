using System.Text.Json;
using Cdp.Core.Audiences.Events;
using Cdp.Core.Audiences.Values;
using Cdp.Core.Geofences.Geometry;
using Cdp.Core.Profiles;

namespace Cdp.Core.Audiences.State;

/// <summary>
/// Where the customer was last: <c>context.location.latitude</c> and <c>.longitude</c> of any event, in degrees (WGS 84). A pair outside of ±90 and ±180
/// is no position.
/// </summary>
internal sealed class Positions(EventSelector any) : Accumulator("position", any)
{
    private readonly EventField _latitude = new(true, JsonPath.Of("location.latitude")), _longitude = new(true, JsonPath.Of("location.longitude"));

    public override IEnumerable<EventField> Fields => [_latitude, _longitude];

    public override AccumulatorState NewState() => new PositionState();

    public override bool Fold(AccumulatorState state, int selector, ref EventReading reading)
    {
        if (Position.Read(reading.JsonOf(_latitude), reading.ValueOf(_latitude), reading.ValueOf(_longitude), out var place) is not null) return false;
        var position = (PositionState)state;
        var before = position.Last;
        position.Last = Register<Position>.Latest(before, new(place, reading.Origin));
        return !Equals(before, position.Last);
    }

    /// <summary>The last position over parts.</summary>
    public Register<Position>? Last(IReadOnlyList<WindowState> parts)
    {
        Register<Position>? last = null;
        foreach (var part in parts)
        {
            if (part.Find(Key) is PositionState state) last = Register<Position>.Latest(last, state.Last);
        }

        return last;
    }
}

/// <summary>The last position.</summary>
internal sealed class PositionState : AccumulatorState
{
    public Register<Position>? Last { get; set; }

    public override string Kind => "position";

    public override void Write(Utf8JsonWriter json)
    {
        if (Last is not { } last) return;
        json.WriteNumberValue(last.Value.Latitude);
        json.WriteNumberValue(last.Value.Longitude);
        OriginText.Write(json, last.Origin);
    }

    public static PositionState Read(JsonElement[] items) => items.Length < 6
        ? new()
        : new() { Last = new(new(items[0].GetDouble(), items[1].GetDouble()), OriginText.Read(items.AsSpan(2, 4))) };
}
