using System.Net;

namespace Cdp.Testing.Processes;

/// <summary>Whatever events are sent through.</summary>
public interface IIngestClient
{
    /// <summary>Sends a batch once.</summary>
    /// <param name="events">The events.</param>
    /// <returns>What was answered.</returns>
    /// <exception cref="HttpRequestException">There was no whole answer: the outcome is unknown.</exception>
    Task<IngestAnswer> IngestAsync(IReadOnlyList<SentEvent> events);
}

/// <summary>The answer to a batch.</summary>
/// <param name="Status">200, or as HTTP would say it.</param>
/// <param name="Text">The answer's text, for a report.</param>
/// <param name="Outcomes">One per event with 200; may be there with 503, for the events that were done nevertheless.</param>
public sealed record IngestAnswer(HttpStatusCode Status, string Text, IReadOnlyList<IngestOutcome> Outcomes);

/// <summary>What became of one event.</summary>
/// <param name="Outcome">applied, duplicate, rejected or failed.</param>
/// <param name="ProfileId">The profile that it is in.</param>
public readonly record struct IngestOutcome(string Outcome, string? ProfileId);
