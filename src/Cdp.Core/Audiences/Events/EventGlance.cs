using System.Buffers.Text;
using Cdp.Core.Events;
using Cdp.Core.Events.Json;

namespace Cdp.Core.Audiences.Events;

/// <summary>
/// Name and time of an event out of its body in the journal, which has them in front: to pass over events that nobody asks for costs a fraction of reading
/// them. Its fields are those of <see cref="EventBody"/>.
/// </summary>
internal static class EventGlance
{
    /// <summary>Reads them.</summary>
    /// <param name="body">The body.</param>
    /// <param name="name">The name; null when it has none.</param>
    /// <param name="orderMs">As <see cref="CustomerEvent.OrderMs"/>.</param>
    /// <returns>False when they do not stand where they should, or when a call that may have a name has none: then the body has to be read.</returns>
    public static bool TryRead(ReadOnlySpan<byte> body, out string? name, out long orderMs)
    {
        (name, orderMs) = (null, 0);
        long? time = null;
        var isSure = false;
        var members = new JsonMembers(body);
        for (var i = 0; i < 7 && members.Next(); i++)
        {
            // What is no track, page or screen has no name; of those that have one it stands before the time.
            if (members.Name.SequenceEqual("t"u8)) isSure = members.Value.In(body) is not [(byte)'t' or (byte)'p' or (byte)'s', ..];
            else if (members.Name.SequenceEqual("n"u8)) (name, isSure) = (JsonText.ReadString(body, members.Value), true);
            else if (members.Name.SequenceEqual("ts"u8) && Utf8Parser.TryParse(members.Value.In(body), out long ms, out _)) time = ms;
            else if (members.Name.SequenceEqual("rx"u8) && time is { } at && Utf8Parser.TryParse(members.Value.In(body), out long received, out _))
            {
                orderMs = Math.Min(at, received);
                return isSure;
            }
        }

        return false;
    }
}
