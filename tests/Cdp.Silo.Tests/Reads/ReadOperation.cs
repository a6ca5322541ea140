using System.Net;

namespace Cdp.Silo.Tests.Reads;

/// <summary>One read in a client's history. Times are time stamps of <see cref="System.Diagnostics.Stopwatch"/>.</summary>
/// <param name="Caller">Who read; one operation at a time.</param>
/// <param name="Reference">Which profile.</param>
/// <param name="InvokedAt">When it was sent.</param>
/// <param name="EndedAt">When the answer was there.</param>
/// <param name="Status">200, 404, another status, or null for no answer.</param>
/// <param name="ProfileId">What was answered with 200.</param>
/// <param name="Version">The same.</param>
/// <param name="EventCount">The same.</param>
internal sealed record ReadOperation(
    string Caller, string Reference, long InvokedAt, long EndedAt, HttpStatusCode? Status, string? ProfileId, long Version, long EventCount)
{
    public bool IsFound => Status == HttpStatusCode.OK;

    public bool IsAnswered => Status is HttpStatusCode.OK or HttpStatusCode.NotFound;
}
