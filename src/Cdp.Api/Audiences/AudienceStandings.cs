using System.Text.Json;
using Cdp.Api.Http;
using Cdp.Core.Audiences;
using Cdp.Core.Audiences.Building;
using Cdp.Core.Journal.Index;

namespace Cdp.Api.Audiences;

/// <summary>How the audiences of a workspace stand: how many are in them, and whether all customers have been judged by their definitions.</summary>
/// <param name="index">The store's index.</param>
internal sealed class AudienceStandings(IGridIndex index)
{
    public async Task<Standings> ReadAsync(string workspace, AudiencesInForce inForce, CancellationToken cancellationToken)
    {
        var sizes = await index.SizesAsync(workspace, cancellationToken);
        var progress = await index.ReadProgressAsync(workspace, FillProgress.Work, cancellationToken);
        return new(sizes.ToDictionary(s => s.Audience, s => s.Members, StringComparer.Ordinal), inForce, progress is null ? null : FillProgress.Read(progress.Body));
    }

    /// <summary>What was read.</summary>
    /// <param name="sizes">Members by audience.</param>
    /// <param name="inForce">The definitions.</param>
    /// <param name="fill">How far they have been taken to stored customers; null when that has not begun.</param>
    public sealed class Standings(Dictionary<string, long> sizes, AudiencesInForce inForce, FillProgress? fill)
    {
        public void Write(Utf8JsonWriter json, string audience)
        {
            json.WriteNumber("members", sizes.GetValueOrDefault(audience));
            var at = inForce.Plan.IndexOf(audience);
            json.WriteBoolean("paused", at >= 0 && inForce.Plan.Audiences[at].IsPaused);
            WriteFill(json, audience);
        }

        private void WriteFill(Utf8JsonWriter json, string audience)
        {
            var isOfThese = fill?.Key == inForce.Key;
            var isFilling = !isOfThese || (fill!.FinishedAtMs is null && fill.Audiences.Contains(audience));
            json.WriteStartObject("fill");
            json.WriteString("state", !isFilling ? "done" : isOfThese ? "running" : "waiting");
            if (isOfThese && fill!.Audiences.Contains(audience))
            {
                json.WriteNumber("done", fill.Done);
                json.WriteNumber("total", Math.Max(fill.Total, fill.Done));
                json.WriteString("startedAt", IsoTime.Format(fill.StartedAtMs));
                if (fill.FinishedAtMs is { } finished) json.WriteString("finishedAt", IsoTime.Format(finished));
            }

            json.WriteEndObject();
        }
    }
}
