namespace Cdp.Core.Webhooks;

/// <summary>What came of one request.</summary>
/// <param name="HttpStatus">The answer's status; null when there was none.</param>
/// <param name="Code">One of <see cref="WebhookCodes"/>; null when the receiver has it.</param>
/// <param name="RetryAfter">The wait that the receiver asked for; null for none.</param>
public readonly record struct WebhookAnswer(int? HttpStatus, string? Code, TimeSpan? RetryAfter)
{
    /// <summary>Reads an answer.</summary>
    /// <param name="status">Its status.</param>
    /// <param name="retryAfter">The wait that it asks for; null for none.</param>
    /// <returns>What it says.</returns>
    public static WebhookAnswer Of(int status, TimeSpan? retryAfter) => status switch
    {
        >= 200 and < 300 => new(status, null, null),
        >= 300 and < 400 => new(status, WebhookCodes.Redirect, retryAfter),
        410 => new(status, WebhookCodes.Gone, null),
        _ => new(status, WebhookCodes.HttpStatus, retryAfter),
    };

    /// <summary>There was no answer.</summary>
    /// <param name="code">Why.</param>
    /// <returns>What is known.</returns>
    public static WebhookAnswer None(string code) => new(null, code, null);
}
