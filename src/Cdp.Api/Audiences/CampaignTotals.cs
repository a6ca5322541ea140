using System.Text.Json;
using Cdp.Api.Auth;
using Cdp.Api.Http;
using Cdp.Api.Policies;
using Cdp.Core.Audiences.Building;
using Cdp.Core.Grid;
using Microsoft.AspNetCore.Http;

namespace Cdp.Api.Audiences;

/// <summary>
/// <c>GET /v1/attribution?conversion&amp;value&amp;model&amp;lookback&amp;exact</c>: what each campaign has brought over all customers; of a sample within a second, with
/// <c>exact=true</c> of everybody, which takes as long as reading them does.
/// </summary>
internal sealed class CampaignTotals(GridStore store)
{
    private const int MaxCampaigns = 1_000;
    private static readonly PreviewLimits s_everybody = new(int.MaxValue, TimeSpan.FromMinutes(10), 0);

    public async Task ReadAsync(HttpContext context, ApiServices services, KeyEntry key)
    {
        var query = AttributionQuery.Read(context.Request);
        var isExact = QueryValues.Flag(context.Request, "exact");
        var slots = isExact ? services.Diagnoses : services.Previews;
        if (!slots.TryEnter())
        {
            await Problem.WriteAsync(context, ProblemCode.Overloaded, "Too much of this kind is under way.");
            return;
        }

        try
        {
            var sample = await CampaignSample.RunAsync(
                store.Journal, store.Index, key.Workspace, query.Conversion, query.Value, query.Model, query.Lookback,
                isExact ? s_everybody : PreviewLimits.Default, services.Time, services.NewSampleKey(), context.RequestAborted);
            await PolicyReads.AnswerAsync(context, json => Write(json, query, sample));
        }
        finally
        {
            slots.Leave();
        }
    }

    private static void Write(Utf8JsonWriter json, AttributionQuery query, CampaignSample sample)
    {
        json.WriteString("model", query.Model.Name);
        json.WriteBoolean("exact", sample.IsExact);
        json.WriteNumber("customers", sample.Customers);
        json.WriteNumber("sampled", sample.Sampled);
        json.WriteStartArray("campaigns");
        foreach (var total in sample.Totals.Take(MaxCampaigns))
        {
            json.WriteStartObject();
            AttributionEndpoint.WriteCampaign(json, total.Source, total.Medium, total.Campaign);
            json.WriteNumber("conversions", Math.Round(total.Conversions * sample.Factor, 6));
            json.WriteNumber("value", Math.Round(total.Value * sample.Factor, 6));
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
