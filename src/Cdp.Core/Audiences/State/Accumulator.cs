using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Cdp.Core.Audiences.Events;

namespace Cdp.Core.Audiences.State;

/// <summary>
/// Keeps of a part's events what a rule or a computed trait needs. It is named by what it keeps and not by who asked for it: two audiences with the same
/// condition share one, and a new version of a definition that still needs it finds it filled.
/// </summary>
internal abstract class Accumulator
{
    protected Accumulator(string canonical, params IEnumerable<EventSelector> selectors)
    {
        Selectors = [.. selectors];
        Canonical = canonical;
        Key = BinaryPrimitives.ReadUInt64BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(canonical)));
    }

    /// <summary>A text that says all that decides what is kept; equal texts, equal states.</summary>
    public string Canonical { get; }

    /// <summary>The first 8 bytes of the SHA-256 of <see cref="Canonical"/>.</summary>
    public ulong Key { get; }

    /// <summary>Whose events are folded; a sequence has one for each step.</summary>
    public IReadOnlyList<EventSelector> Selectors { get; }

    /// <summary>The fields whose values are kept.</summary>
    public virtual IEnumerable<EventField> Fields => [];

    public abstract AccumulatorState NewState();

    /// <summary>Folds in an event that a selector has matched.</summary>
    /// <param name="state">What <see cref="NewState"/> made, or a snapshot of it.</param>
    /// <param name="selector">The place of the selector.</param>
    /// <param name="reading">The event.</param>
    /// <returns>False when nothing changed.</returns>
    public abstract bool Fold(AccumulatorState state, int selector, ref EventReading reading);
}
