using Cdp.Core.Events.Json;

namespace Cdp.Core.Audiences.Events;

/// <summary>The outermost names that any condition of a plan reads, each with a place: an event's JSON is walked once, however many conditions there are.</summary>
internal sealed class EventSlots
{
    private readonly Dictionary<byte[], int> _properties = new(Utf8Comparer.Instance);
    private readonly Dictionary<byte[], int> _context = new(Utf8Comparer.Instance);
    private readonly Dictionary<byte[], int>.AlternateLookup<ReadOnlySpan<byte>> _propertyOf, _contextOf;

    public EventSlots()
    {
        _propertyOf = _properties.GetAlternateLookup<ReadOnlySpan<byte>>();
        _contextOf = _context.GetAlternateLookup<ReadOnlySpan<byte>>();
    }

    public int Count => _properties.Count + _context.Count;

    public void Add(EventField field)
    {
        var names = field.InContext ? _context : _properties;
        if (!names.TryGetValue(field.Path.Root, out var slot)) names.Add(field.Path.Root, slot = Count);
        field.Slot = slot;
    }

    public void Read(ReadOnlySpan<byte> properties, ReadOnlySpan<byte> context, Span<JsonSlice> slots)
    {
        slots.Clear();
        if (_properties.Count > 0) Read(properties, _propertyOf, slots);
        if (_context.Count > 0) Read(context, _contextOf, slots);
    }

    private static void Read(ReadOnlySpan<byte> json, Dictionary<byte[], int>.AlternateLookup<ReadOnlySpan<byte>> names, Span<JsonSlice> slots)
    {
        var members = new JsonMembers(json);
        while (members.Next())
        {
            if (names.TryGetValue(members.Name, out var slot)) slots[slot] = members.Value;
        }
    }
}
