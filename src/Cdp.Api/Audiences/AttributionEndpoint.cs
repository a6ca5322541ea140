using System.Buffers;
using System.Text.Json;
using Cdp.Api.Auth;
using Cdp.Api.Http;
using Cdp.Api.Profiles;
using Cdp.Core.Audiences.Attribution;
using Cdp.Core.Audiences.Windows;
using Cdp.Core.Events;
using Microsoft.AspNetCore.Http;

namespace Cdp.Api.Audiences;

/// <summary>
/// <c>GET /v1/profiles/{ref}/attribution?conversion=Order%20Completed&amp;value=total&amp;model=linear</c>: which touches brought a profile's conversions, over the
/// history of all that it absorbed.
/// </summary>
internal static class AttributionEndpoint
{
    private const string DefaultConversion = "Order Completed";
    private const string DefaultValue = "total";

    public static async Task ReadAsync(HttpContext context, ApiServices services, KeyEntry key)
    {
        var model = ReadModel(context.Request);
        var lookback = Length(context.Request, "lookback");
        var view = await services.Grid.GetAsync(key.Workspace, ProfileRefs.FromPath(context, services.Grid.Rules(key.Workspace)), context.RequestAborted);
        if (view is null)
        {
            await ProfileReads.NotFoundAsync(context);
            return;
        }

        var conversion = QueryValues.Text(context.Request, "conversion") ?? DefaultConversion;
        var relevant = new List<CustomerEvent>();
        await foreach (var e in services.Grid.AllAsync(key.Workspace, new(view.Id, null), context.RequestAborted))
        {
            if (e.Name == conversion || e.Evidence?.Touch is not null) relevant.Add(e);
        }

        var timeline = AttributionTimeline.Of(relevant, conversion, QueryValues.Text(context.Request, "value") ?? DefaultValue);
        var credited = Attributor.Credit(timeline, model, lookback);
        var buffer = new ArrayBufferWriter<byte>(4_096);
        using (var json = new Utf8JsonWriter(buffer, EventJson.WriterOptions)) Write(json, model, timeline, credited);
        context.Response.Headers.CacheControl = "no-store";
        await Answers.WriteJsonAsync(context, buffer.WrittenMemory);
    }

    private static AttributionModel ReadModel(HttpRequest request) => (QueryValues.Text(request, "model") ?? "linear") switch
    {
        "first" => AttributionModel.First,
        "last" => AttributionModel.Last,
        "linear" => AttributionModel.Linear,
        "time_decay" => AttributionModel.TimeDecay(Length(request, "halfLife") ?? TimeSpan.FromDays(7)),
        "position_based" => AttributionModel.PositionBased,
        _ => throw new ProblemException(ProblemCode.InvalidParameter, "model is one of first, last, linear, time_decay, position_based."),
    };

    private static TimeSpan? Length(HttpRequest request, string name)
    {
        if (QueryValues.Text(request, name) is not { } text) return null;
        return Durations.TryParse(text, out var ms) && ms >= 60_000 ? TimeSpan.FromMilliseconds(ms) : throw new ProblemException(ProblemCode.InvalidParameter, $"{name} is a length of at least a minute, such as 90m, 12h, 30d or 4w.");
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

    private static void WriteCampaign(Utf8JsonWriter json, string? source, string? medium, string? campaign)
    {
        json.WriteString("source", source);
        json.WriteString("medium", medium);
        json.WriteString("campaign", campaign);
    }
}
