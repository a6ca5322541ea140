using Cdp.Api.Http;
using Cdp.Api.Settings;

namespace Cdp.Api.Ingest;

/// <summary>What ingest keeps between requests: its bounds and the rejects.</summary>
internal sealed class IngestServices(LiveSettings settings)
{
    public Slots Requests { get; } = new(() => settings.Current.Limits.MaxRequestsInFlight);

    public ByteBudget Bytes { get; } = new(() => settings.Current.Limits.MaxBytesInFlight);

    public KeyRateLimits Rates { get; } = new(settings);

    public RejectLog Rejects { get; } = new();
}
