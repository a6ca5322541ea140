using System.Globalization;
using Cdp.Core.Events.Json;

namespace Cdp.Core.Events;

/// <summary>Reads the device or browser out of a context.</summary>
internal static class DeviceReader
{
    /// <summary>Reads it.</summary>
    /// <param name="context">The context object, or empty.</param>
    /// <param name="fields">Its fields.</param>
    /// <returns>The device, or null when nothing is known of it.</returns>
    public static DeviceInfo? Read(ReadOnlySpan<byte> context, in ContextFields fields)
    {
        var agent = EvidenceReader.Text(context, fields.UserAgent);
        var os = Os(fields.Os.In(context));
        var json = fields.Device.In(context);
        var device = DeviceFields.Read(json);
        var id = EvidenceReader.Text(json, device.Id);
        var type = EvidenceReader.Text(json, device.Type);
        var maker = EvidenceReader.Text(json, device.Manufacturer);
        var model = EvidenceReader.Text(json, device.Model);
        if ((agent ?? os ?? id ?? type ?? maker ?? model) is null)
            return null;
        return new(id ?? Hash(type, maker, model, os, agent), type, maker, model, os, agent);
    }

    private static string? Os(ReadOnlySpan<byte> json)
    {
        string? name = null, version = null;
        var members = new JsonMembers(json);
        while (members.Next())
        {
            if (members.Name.SequenceEqual("name"u8))
                name = EvidenceReader.Text(json, members.Value);
            else if (members.Name.SequenceEqual("version"u8))
                version = EvidenceReader.Text(json, members.Value);
        }

        return name is not null && version is not null ? JsonText.Cut($"{name} {version}", EvidenceReader.MaxChars) : name ?? version;
    }

    /// <summary>FNV-1a over the UTF-16 text: it only tells the few devices of one customer apart, and must be the same on every machine for ever.</summary>
    private static string Hash(params ReadOnlySpan<string?> parts)
    {
        var hash = 14_695_981_039_346_656_037UL;
        foreach (var part in parts)
        {
            foreach (var c in part.AsSpan())
                hash = (hash ^ c) * 1_099_511_628_211UL;
            hash = (hash ^ '\n') * 1_099_511_628_211UL;
        }

        return "h:" + hash.ToString("x16", CultureInfo.InvariantCulture);
    }
}
