using System.Text.Json;

namespace Cdp.Core.Audiences.State;

/// <summary>What one accumulator has kept of the events of one part. It changes only by folding; parts are combined when they are read.</summary>
internal abstract class AccumulatorState
{
    /// <summary>Names the format in a snapshot.</summary>
    public abstract string Kind { get; }

    /// <summary>Writes the items behind key and kind into the open array.</summary>
    public abstract void Write(Utf8JsonWriter json);
}
