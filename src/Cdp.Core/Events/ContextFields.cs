using System.Text.Json;
using Cdp.Core.Events.Json;

namespace Cdp.Core.Events;

/// <summary>Where the members of <c>context</c> that we use stand in it. All are optional and of any type: nothing in a context fails an event.</summary>
internal struct ContextFields
{
    public JsonSlice Traits;
    public JsonSlice ExternalIds;
    public JsonSlice ExternalId;
    public JsonSlice Device;
    public JsonSlice Page;
    public JsonSlice Campaign;
    public JsonSlice Os;
    public JsonSlice UserAgent;
    public JsonSlice Ip;

    /// <summary>Reads them.</summary>
    /// <param name="context">The context object, or empty.</param>
    /// <returns>Their places.</returns>
    public static ContextFields Read(ReadOnlySpan<byte> context)
    {
        var fields = default(ContextFields);
        var members = new JsonMembers(context);
        while (members.Next())
        {
            var name = members.Name;
            var value = members.Value;
            switch (value.Kind)
            {
                case JsonTokenType.StartObject when name.SequenceEqual("traits"u8): fields.Traits = value; break;
                case JsonTokenType.StartObject when name.SequenceEqual("device"u8): fields.Device = value; break;
                case JsonTokenType.StartObject when name.SequenceEqual("page"u8): fields.Page = value; break;
                case JsonTokenType.StartObject when name.SequenceEqual("campaign"u8): fields.Campaign = value; break;
                case JsonTokenType.StartObject when name.SequenceEqual("os"u8): fields.Os = value; break;
                case JsonTokenType.StartArray when name.SequenceEqual("externalIds"u8): fields.ExternalIds = value; break;
                case JsonTokenType.StartArray when name.SequenceEqual("externalId"u8): fields.ExternalId = value; break;
                case JsonTokenType.String when name.SequenceEqual("userAgent"u8): fields.UserAgent = value; break;
                case JsonTokenType.String when name.SequenceEqual("ip"u8): fields.Ip = value; break;
            }
        }

        return fields;
    }
}
