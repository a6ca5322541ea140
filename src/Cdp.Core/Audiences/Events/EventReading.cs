using System.Buffers;
using Cdp.Core.Audiences.Values;
using Cdp.Core.Events;
using Cdp.Core.Events.Json;
using Cdp.Core.Profiles;

namespace Cdp.Core.Audiences.Events;

/// <summary>One event while it is matched: its JSON is walked when the first condition asks for it, and never twice.</summary>
internal ref struct EventReading(CustomerEvent e, EventSlots names)
{
    private JsonSlice[]? _slots;
    private Origin? _origin;
    private EventField? _lastField;
    private decimal? _lastNumber;

    public readonly CustomerEvent Event => e;

    public readonly long TimeMs => e.OrderMs;

    /// <summary>Orders this event among others as profiles do.</summary>
    public Origin Origin => _origin ??= new(e.OrderMs, e.Source.Priority, e.MessageId, e.Source.Name);

    public readonly ReadOnlySpan<byte> JsonOf(EventField field) => field.InContext ? e.Context.Span : e.Properties.Span;

    public JsonSlice ValueOf(EventField field)
    {
        if (_slots is null)
        {
            _slots = ArrayPool<JsonSlice>.Shared.Rent(Math.Max(1, names.Count));
            names.Read(e.Properties.Span, e.Context.Span, _slots.AsSpan(0, names.Count));
        }

        return field.Path.Below(JsonOf(field), _slots[field.Slot]);
    }

    /// <summary>The number in a field, if it is one. Many audiences compare one field with many numbers: of the same field it is read once.</summary>
    public decimal? NumberOf(EventField field)
    {
        if (_lastField is not null && _lastField.Slot == field.Slot && _lastField.Path.Text == field.Path.Text) return _lastNumber;
        _lastField = field;
        return _lastNumber = JsonNumber.TryRead(JsonOf(field), ValueOf(field), out var number) ? number : null;
    }

    public void Dispose()
    {
        if (_slots is not null) ArrayPool<JsonSlice>.Shared.Return(_slots);
        _slots = null;
    }
}
