using System.Text.Json;

namespace Cdp.Core.Audiences.Consent;

/// <summary>Consent as the API shows it.</summary>
public static class ConsentJson
{
    /// <summary>
    /// Writes what is in force: <c>{"marketing":{"state":"granted","at":"…","source":"…","proof":"…","channels":{"email":{"state":"denied",…}}}}</c>. A
    /// purpose that was spoken of on channels only is shown as <c>unset</c>.
    /// </summary>
    /// <param name="json">Where a value is expected.</param>
    /// <param name="view">The consent of a profile.</param>
    public static void Write(Utf8JsonWriter json, ConsentView view)
    {
        json.WriteStartObject();
        foreach (var purpose in view.Named.GroupBy(n => n.Purpose, StringComparer.Ordinal))
        {
            json.WriteStartObject(purpose.Key);
            WriteMembers(json, view.Of(purpose.Key, null));
            json.WriteStartObject("channels");
            foreach (var (_, channel) in purpose)
            {
                if (channel is null) continue;
                json.WriteStartObject(channel);
                WriteMembers(json, view.Of(purpose.Key, channel));
                json.WriteEndObject();
            }

            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    /// <summary>Writes a line of a history: <c>{"purpose","channel","state","at","source","proof","messageId"}</c>.</summary>
    /// <param name="json">Where a value is expected.</param>
    /// <param name="record">The record.</param>
    public static void Write(Utf8JsonWriter json, ConsentRecord record)
    {
        json.WriteStartObject();
        json.WriteString("purpose", record.Purpose);
        json.WriteString("channel", record.Channel);
        json.WriteString("state", ConsentWords.Of(record.State));
        json.WriteString("at", DateTimeOffset.FromUnixTimeMilliseconds(record.AtMs).UtcDateTime);
        json.WriteString("source", record.Source);
        json.WriteString("proof", record.Proof);
        json.WriteString("messageId", record.MessageId);
        json.WriteEndObject();
    }

    private static void WriteMembers(Utf8JsonWriter json, ConsentInForce said)
    {
        json.WriteString("state", ConsentWords.Of(said.State));
        if (said.Source is null) return;
        json.WriteString("at", DateTimeOffset.FromUnixTimeMilliseconds(said.AtMs).UtcDateTime);
        json.WriteString("source", said.Source);
        if (said.Proof is not null) json.WriteString("proof", said.Proof);
    }
}
