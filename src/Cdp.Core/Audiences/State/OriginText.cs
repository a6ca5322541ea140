using System.Text.Json;
using Cdp.Core.Profiles;

namespace Cdp.Core.Audiences.State;

/// <summary>An origin as four items of an array.</summary>
internal static class OriginText
{
    public static void Write(Utf8JsonWriter json, Origin origin)
    {
        json.WriteNumberValue(origin.OrderMs);
        json.WriteNumberValue(origin.Priority);
        json.WriteStringValue(origin.MessageId);
        json.WriteStringValue(origin.Source);
    }

    public static Origin Read(ReadOnlySpan<JsonElement> items) =>
        new(items[0].GetInt64(), items[1].GetInt32(), items[2].GetString()!, StringPool.Shared.Intern(items[3].GetString()!));
}
