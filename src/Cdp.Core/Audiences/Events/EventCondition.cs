using Cdp.Core.Audiences.Values;

namespace Cdp.Core.Audiences.Events;

/// <summary>A condition on an event: a place in its properties or its context, and a test.</summary>
/// <param name="Field">Where.</param>
/// <param name="Test">What.</param>
internal sealed record EventCondition(EventField Field, ValueTest Test);

/// <summary>A place in an event.</summary>
/// <param name="inContext">In the context; else in the properties.</param>
/// <param name="path">The place in it.</param>
internal sealed class EventField(bool inContext, JsonPath path)
{
    public bool InContext => inContext;

    public JsonPath Path => path;

    /// <summary>Where the field's plan has its events keep the value of the outermost name, so that all conditions share one pass over the JSON.</summary>
    public int Slot { get; set; } = -1;

    public string Canonical => (InContext ? "c:" : "p:") + Path.Text;
}
