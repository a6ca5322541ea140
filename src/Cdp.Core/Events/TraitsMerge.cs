using System.Buffers;
using System.Text;
using Cdp.Core.Events.Json;

namespace Cdp.Core.Events;

/// <summary>
/// The traits of an identify. Segment sends them at the top, Rudder's browser SDK only in <c>context.traits</c>, its Node SDK in both places
/// (sdk-wire.md, trap 8): they are one object, in which the top level wins name by name.
/// </summary>
internal static class TraitsMerge
{
    /// <summary>Joins the two.</summary>
    /// <param name="top">The top-level object, or empty.</param>
    /// <param name="inContext">The object in the context, or empty.</param>
    /// <param name="own">The object to store in its own place; empty when the one in the context is all there is.</param>
    /// <returns>The traits; empty when there are none.</returns>
    public static ReadOnlySpan<byte> Join(ReadOnlySpan<byte> top, ReadOnlySpan<byte> inContext, out ReadOnlySpan<byte> own)
    {
        own = top;
        if (inContext.IsEmpty || inContext.SequenceEqual(top))
            return top;
        var first = new JsonMembers(top);
        if (!first.Next())
        {
            own = default;
            return inContext;
        }

        var names = new HashSet<string>(StringComparer.Ordinal);
        do
            names.Add(Encoding.UTF8.GetString(first.Name));
        while (first.Next());
        var merged = new ArrayBufferWriter<byte>(top.Length + inContext.Length);
        merged.Write(top[..^1]);
        var members = new JsonMembers(inContext);
        var added = false;
        while (members.Next())
        {
            if (names.Contains(Encoding.UTF8.GetString(members.Name)))
                continue;
            merged.Write(",\""u8);
            merged.Write(members.RawName);
            merged.Write("\":"u8);
            merged.Write(members.Value.IsString
                ? inContext.Slice(members.Value.Start - 1, members.Value.Length + 2)
                : members.Value.In(inContext));
            added = true;
        }

        if (!added)
            return top;
        merged.Write("}"u8);
        own = merged.WrittenSpan;
        return own;
    }
}
