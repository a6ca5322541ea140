using System.Buffers;
using System.Text.Json;
using Cdp.Api.Auth;
using Cdp.Api.Http;
using Cdp.Api.Profiles;
using Cdp.Core.Audiences.Consent;
using Cdp.Core.Events;
using Cdp.Core.Grid;
using Cdp.Core.Profiles;
using Microsoft.AspNetCore.Http;

namespace Cdp.Api.Audiences;

/// <summary><c>/v1/profiles/{ref}/consent</c>: what is in force, all that was said, and saying something.</summary>
internal static class ConsentEndpoint
{
    private const int MaxBytes = 16 * 1024;

    /// <summary><c>GET</c>: <c>{consent, history}</c>, oldest statement first.</summary>
    public static async Task ReadAsync(HttpContext context, ApiServices services, KeyEntry key)
    {
        if (await ViewAsync(context, services, key) is not { } view)
        {
            await ProfileReads.NotFoundAsync(context);
            return;
        }

        var said = new List<CustomerEvent>();
        await foreach (var e in services.Grid.AllAsync(key.Workspace, new(view.Id, null), context.RequestAborted))
        {
            if (ConsentEvents.MayBe(e)) said.Add(e);
        }

        await AnswerAsync(context, view, ConsentEvents.History(said));
    }

    /// <summary><c>POST {purpose, channel?, state, proof?}</c>: recorded as an event of the profile, at the present time.</summary>
    public static async Task WriteAsync(HttpContext context, ApiServices services, KeyEntry key)
    {
        using var body = await RequestBody.ReadAsync(context.Request, services.Ingest.Bytes, MaxBytes);
        if (await ViewAsync(context, services, key) is not { Identifiers: [var anchor, ..] } view)
        {
            await ProfileReads.NotFoundAsync(context);
            return;
        }

        var wrapped = new ArrayBufferWriter<byte>(body.Memory.Length + 256);
        using (var json = new Utf8JsonWriter(wrapped))
        {
            json.WriteStartObject();
            json.WriteString("type", "track");
            json.WriteString("event", ConsentEvents.Name);
            json.WritePropertyName("properties");
            json.WriteRawValue(Object(body.Memory));
            json.WriteStartObject("context");
            json.WriteStartArray("externalIds");
            json.WriteStartObject();
            json.WriteString("type", anchor.Type);
            json.WriteString("id", anchor.Value);
            json.WriteString("collection", "users");
            json.WriteString("encoding", "none");
            json.WriteEndObject();
            json.WriteEndArray();
            json.WriteEndObject();
            json.WriteEndObject();
        }

        var parsed = EventParser.Parse(
            wrapped.WrittenSpan, new ParseContext(services.Grid.Rules(key.Workspace), key.Source, services.Time.GetUtcNow().ToUnixTimeMilliseconds(), null, EventType.Track));
        if (parsed.Event is not { } e) throw new ProblemException(ProblemCode.InvalidBody, $"{parsed.Rejection!.Code}: {parsed.Rejection.Detail ?? "it is not accepted."}");
        var records = ConsentEvents.Read(e);
        if (records.Count == 0)
            throw new ProblemException(ProblemCode.InvalidBody, "Send {\"purpose\":\"marketing\", \"channel\":\"email\", \"state\":\"granted\", \"denied\" or \"unset\", \"proof\":text}; channel and proof may be left out.");

        var outcome = (await services.Grid.IngestAsync(key.Workspace, [e], CancellationToken.None))[0];
        if (outcome.Status == EventStatus.Failed) throw new ProblemException(ProblemCode.Unavailable);
        if (outcome.Profile is not { } profile || await services.Grid.GetAsync(key.Workspace, new(profile, null), CancellationToken.None) is not { } now)
        {
            await ProfileReads.NotFoundAsync(context);
            return;
        }

        await AnswerAsync(context, now, records);
    }

    private static ValueTask<ProfileView?> ViewAsync(HttpContext context, ApiServices services, KeyEntry key) =>
        services.Grid.GetAsync(key.Workspace, ProfileRefs.FromPath(context, services.Grid.Rules(key.Workspace)), context.RequestAborted);

    private static ReadOnlySpan<byte> Object(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            if (document.RootElement.ValueKind == JsonValueKind.Object) return body.Span;
        }
        catch (JsonException)
        {
            throw new ProblemException(ProblemCode.InvalidJson);
        }

        throw new ProblemException(ProblemCode.InvalidBody, "Send a JSON object.");
    }

    private static Task AnswerAsync(HttpContext context, ProfileView view, IReadOnlyList<ConsentRecord> history)
    {
        var buffer = new ArrayBufferWriter<byte>(1_024);
        using (var json = new Utf8JsonWriter(buffer, EventJson.WriterOptions))
        using (var profile = JsonDocument.Parse(view.Json))
        {
            json.WriteStartObject();
            json.WritePropertyName("consent");
            profile.RootElement.GetProperty("consent").WriteTo(json);
            json.WriteStartArray("history");
            foreach (var record in history) ConsentJson.Write(json, record);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        context.Response.Headers.CacheControl = "no-store";
        return Answers.WriteJsonAsync(context, buffer.WrittenMemory);
    }
}
