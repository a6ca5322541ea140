using System.Buffers;
using System.Text.Json;
using Cdp.Api.Auth;
using Cdp.Api.Http;
using Cdp.Api.Profiles;
using Cdp.Core.Audiences.Attribution;
using Cdp.Core.Events;
using Microsoft.AspNetCore.Http;

namespace Cdp.Api.Audiences;

/// <summary>
/// <c>GET /v1/profiles/{ref}/attribution?conversion=Order%20Completed&amp;value=total&amp;model=linear</c>: which touches brought a profile's conversions, over the
/// history of all that it absorbed.
/// </summary>
internal static class AttributionEndpoint
{
    public static async Task ReadAsync(HttpContext context, ApiServices services, KeyEntry key)
    {
        var query = AttributionQuery.Read(context.Request);
        var view = await services.Grid.GetAsync(key.Workspace, ProfileRefs.FromPath(context, services.Grid.Rules(key.Workspace)), context.RequestAborted);
        if (view is null)
        {
            await ProfileReads.NotFoundAsync(context);
            return;
        }

        var relevant = new List<CustomerEvent>();
        await foreach (var e in services.Grid.AllAsync(key.Workspace, new(view.Id, null), context.RequestAborted))
        {
            if (e.Name == query.Conversion || e.Evidence?.Touch is not null) relevant.Add(e);
        }

        var timeline = AttributionTimeline.Of(relevant, query.Conversion, query.Value);
        var credited = Attributor.Credit(timeline, query.Model, query.Lookback);
        var buffer = new ArrayBufferWriter<byte>(4_096);
        using (var json = new Utf8JsonWriter(buffer, EventJson.WriterOptions)) Write(json, query.Model, timeline, credited);
        context.Response.Headers.CacheControl = "no-store";
        await Answers.WriteJsonAsync(context, buffer.WrittenMemory);
    }

    private static void Write(Utf8JsonWriter json, AttributionModel model, AttributionTimeline timeline, IReadOnlyList<AttributedConversion> credited)
    {
        json.WriteStartObject();
        json.WriteString("model", model.Name);
        json.WriteStartArray("touches");
        foreach (var touch in timeline.Touches) WriteTouch(json, touch);
        json.WriteEndArray();
        json.WriteStartArray("conversions");
        foreach (var (conversion, credits) in credited)
        {
            json.WriteStartObject();
            json.WriteString("at", IsoTime.Format(conversion.AtMs));
            json.WriteString("messageId", conversion.MessageId);
            json.WriteString("event", conversion.Event);
            json.WriteNumber("value", conversion.Value);
            json.WriteStartArray("credits");
            foreach (var credit in credits)
            {
                json.WriteStartObject();
                json.WriteString("messageId", credit.Touch.MessageId);
                json.WriteString("at", IsoTime.Format(credit.Touch.AtMs));
                WriteCampaign(json, credit.Touch.Touch.Source, credit.Touch.Touch.Medium, credit.Touch.Touch.Campaign);
                json.WriteNumber("share", credit.Share);
                json.WriteNumber("value", credit.Value);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("campaigns");
        foreach (var total in Attributor.Totals(credited))
        {
            json.WriteStartObject();
            WriteCampaign(json, total.Source, total.Medium, total.Campaign);
            json.WriteNumber("conversions", total.Conversions);
            json.WriteNumber("value", total.Value);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteTouch(Utf8JsonWriter json, TouchPoint touch)
    {
        json.WriteStartObject();
        json.WriteString("at", IsoTime.Format(touch.AtMs));
        json.WriteString("messageId", touch.MessageId);
        WriteCampaign(json, touch.Touch.Source, touch.Touch.Medium, touch.Touch.Campaign);
        json.WriteString("clickId", touch.Touch.ClickId);
        json.WriteString("referrer", touch.Touch.Referrer);
        json.WriteEndObject();
    }

    public static void WriteCampaign(Utf8JsonWriter json, string? source, string? medium, string? campaign)
    {
        json.WriteString("source", source);
        json.WriteString("medium", medium);
        json.WriteString("campaign", campaign);
    }
}
