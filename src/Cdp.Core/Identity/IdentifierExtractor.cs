using System.Text.Json;
using Cdp.Core.Events;
using Cdp.Core.Events.Json;

namespace Cdp.Core.Identity;

/// <summary>
/// Takes the identifiers out of an event (the table of design.md section 6). <c>groupId</c> and the traits of a group are not the person's; of an alias only
/// <c>userId</c> and <c>anonymousId</c> count, since Rudder's browser SDK sends the previous user's <c>context.traits</c> with it.
/// </summary>
internal readonly ref struct IdentifierExtractor
{
    private readonly IdentifierSet to;

    private IdentifierExtractor(IdentifierSet to) => this.to = to;

    /// <summary>Takes them out.</summary>
    /// <param name="json">The event.</param>
    /// <param name="fields">Its fields.</param>
    /// <param name="context">Its context object, or empty.</param>
    /// <param name="inContext">The context's fields.</param>
    /// <param name="traits">The person's traits: those of an identify, else <c>context.traits</c>.</param>
    /// <param name="to">Where they go.</param>
    public static void Extract(
        ReadOnlySpan<byte> json, in EventFields fields, ReadOnlySpan<byte> context, in ContextFields inContext, ReadOnlySpan<byte> traits, IdentifierSet to)
    {
        var extractor = new IdentifierExtractor(to);
        extractor.Add(IdentifierNames.UserId, json, fields[EventField.UserId]);
        extractor.Add(IdentifierNames.AnonymousId, json, fields[EventField.AnonymousId]);
        extractor.AddExternal(inContext.ExternalIds.In(context));
        extractor.AddExternal(inContext.ExternalId.In(context));
        extractor.AddTraits(traits);
        extractor.AddDevice(inContext.Device.In(context));
    }

    /// <summary>Takes out those of an alias.</summary>
    /// <param name="json">The event.</param>
    /// <param name="fields">Its fields.</param>
    /// <param name="rules">The workspace's rules.</param>
    /// <param name="to">Where they go.</param>
    /// <returns>The previous id, trimmed, or null when it is missing or left out. Its type is not known here, so only the common checks apply.</returns>
    public static string? ExtractAlias(ReadOnlySpan<byte> json, in EventFields fields, IdentityRules rules, IdentifierSet to)
    {
        var extractor = new IdentifierExtractor(to);
        extractor.Add(IdentifierNames.UserId, json, fields[EventField.UserId]);
        extractor.Add(IdentifierNames.AnonymousId, json, fields[EventField.AnonymousId]);
        if (extractor.Text("previous_id", json, fields[EventField.PreviousId])?.Trim() is not { } previous)
            return null;
        if (IdentifierNormalizer.Check(rules, "previous_id", previous) is not { } reason)
            return previous;
        to.Leave(reason);
        return null;
    }

    private void Add(string type, ReadOnlySpan<byte> json, JsonSlice slice)
    {
        if (Text(type, json, slice) is { } text)
            to.Add(type, text);
    }

    /// <summary>An id as text. Numbers count as they are written; other types are no ids and are left out.</summary>
    private string? Text(string type, ReadOnlySpan<byte> json, JsonSlice slice)
    {
        if (slice.Kind is JsonTokenType.String or JsonTokenType.Number)
            return JsonText.Read(json, slice);
        if (slice.HasValue)
            to.Leave(new(ReasonCodes.IdentifierInvalid, IdentifierNormalizer.Show(type, KindName(slice.Kind)), "neither a string nor a number"));
        return null;
    }

    private void AddTraits(ReadOnlySpan<byte> traits)
    {
        // The last of a repeated name counts, so find both first.
        var email = default(JsonSlice);
        var phone = default(JsonSlice);
        var members = new JsonMembers(traits);
        while (members.Next())
        {
            if (members.Name.SequenceEqual("email"u8))
                email = members.Value;
            else if (members.Name.SequenceEqual("phone"u8))
                phone = members.Value;
        }

        Add(IdentifierNames.Email, traits, email);
        Add(IdentifierNames.Phone, traits, phone);
    }

    /// <summary>Segment's <c>context.externalIds</c> and Rudder's <c>context.externalId</c>: <c>[{id, type, collection?, encoding?}]</c>.</summary>
    private void AddExternal(ReadOnlySpan<byte> ids)
    {
        var items = new JsonMembers(ids);
        while (items.Next())
        {
            if (!items.Value.IsObject)
                continue;
            var item = items.Value.In(ids);
            JsonSlice id = default, type = default, collection = default;
            var members = new JsonMembers(item);
            while (members.Next())
            {
                if (members.Name.SequenceEqual("id"u8))
                    id = members.Value;
                else if (members.Name.SequenceEqual("type"u8))
                    type = members.Value;
                else if (members.Name.SequenceEqual("collection"u8))
                    collection = members.Value;
            }

            // Another collection, such as accounts, is not about the person.
            if (id.HasValue && (!collection.HasValue || JsonText.ReadString(item, collection) == "users"))
                AddExternal(item, id, JsonText.ReadString(item, type) ?? "");
        }
    }

    private void AddExternal(ReadOnlySpan<byte> item, JsonSlice id, string type)
    {
        if (Text(type, item, id) is not { } value)
            return;

        // One group id as an identifier would make one person of all members.
        if (type.Trim().Equals("group_id", StringComparison.OrdinalIgnoreCase))
            to.Leave(new(ReasonCodes.IdentifierInvalid, IdentifierNormalizer.Show("group_id", value.Trim()), "a group is not a person"));
        else
            to.Add(type, value);
    }

    private void AddDevice(ReadOnlySpan<byte> device)
    {
        if (device.IsEmpty)
            return;
        var fields = DeviceFields.Read(device);
        Add(IdentifierNames.DeviceId, device, fields.Id);
        if (!fields.AdvertisingId.HasValue || fields.AdTrackingOff)
            return;
        if (AdvertisingType(device, fields) is { } type)
            Add(type, device, fields.AdvertisingId);
        else if (Text("advertising_id", device, fields.AdvertisingId) is { } value)
            to.Leave(new(ReasonCodes.IdentifierInvalid, IdentifierNormalizer.Show("advertising_id", value.Trim()), "the device's type names neither Apple nor Android"));
    }

    private static string? AdvertisingType(ReadOnlySpan<byte> device, in DeviceFields fields)
    {
        var type = JsonText.ReadString(device, fields.Type)?.Trim().ToLowerInvariant();
        var maker = JsonText.ReadString(device, fields.Manufacturer)?.Trim();
        return type switch
        {
            "ios" or "ipados" or "tvos" or "watchos" or "visionos" or "macos" or "apple" or "iphone" or "ipad" => IdentifierNames.Idfa,
            "android" => IdentifierNames.Gaid,
            _ when "apple".Equals(maker, StringComparison.OrdinalIgnoreCase) => IdentifierNames.Idfa,
            _ => null,
        };
    }

    private static string KindName(JsonTokenType kind) => kind switch
    {
        JsonTokenType.StartObject => "{}",
        JsonTokenType.StartArray => "[]",
        JsonTokenType.True => "true",
        _ => "false",
    };
}
