using System.Text.Json;

namespace Cdp.Cli.Import.Sending;

/// <summary>The answer to <c>POST /v1/batch</c>, as far as an import needs it.</summary>
internal sealed record BatchAnswer(bool Success, IReadOnlyList<BatchReject>? Rejected, IReadOnlyList<BatchOutcome>? Outcomes, int? RejectedCount = null)
{
    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web);

    /// <summary>False when more rows were rejected than the answer lists: a smaller batch, whose other rows are duplicates by now, tells which.</summary>
    public bool Names(int rows) => rows == 1 || (RejectedCount ?? 0) <= (Rejected?.Count ?? 0);

    /// <summary>Reads it; null when it is something else, such as the page of a proxy.</summary>
    public static BatchAnswer? Read(byte[] body)
    {
        try
        {
            return JsonSerializer.Deserialize<BatchAnswer>(body, s_json) is { Success: true } answer ? answer : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

internal sealed record BatchReject(int? Index, string? MessageId, string? Code, string? Detail);

internal sealed record BatchOutcome(string? MessageId, string? Outcome, IReadOnlyList<BatchReason>? Reasons = null);

internal sealed record BatchReason(string? Code);
