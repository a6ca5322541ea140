using System.Collections.Concurrent;
using System.Threading.RateLimiting;
using Cdp.Api.Auth;
using Cdp.Api.Settings;

namespace Cdp.Api.Ingest;

/// <summary>One token bucket per key, when the configuration sets a rate. A reload keeps the buckets of keys that stay.</summary>
internal sealed class KeyRateLimits
{
    private readonly LiveSettings _settings;
    private readonly ConcurrentDictionary<(KeyDigest Key, int Rate, int Burst), Lazy<TokenBucketRateLimiter>> _buckets = new();

    public KeyRateLimits(LiveSettings settings)
    {
        _settings = settings;
        settings.Changed += Forget;
    }

    public bool TryTake(KeyEntry key, out int retryAfterSeconds)
    {
        retryAfterSeconds = 0;
        var limits = _settings.Current.Limits;
        if (limits.RequestsPerSecondPerKey == 0) return true;
        var bucket = _buckets.GetOrAdd((key.Digest, limits.RequestsPerSecondPerKey, limits.BurstPerKey), Make).Value;
        using var lease = bucket.AttemptAcquire();
        if (lease.IsAcquired) return true;
        retryAfterSeconds = lease.TryGetMetadata(MetadataName.RetryAfter, out var wait) ? Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds)) : 1;
        return false;
    }

    private static Lazy<TokenBucketRateLimiter> Make((KeyDigest Key, int Rate, int Burst) of) => new(() => new TokenBucketRateLimiter(new()
    {
        TokenLimit = of.Burst,
        TokensPerPeriod = of.Rate,
        ReplenishmentPeriod = TimeSpan.FromSeconds(1),
        AutoReplenishment = true,
        QueueLimit = 0,
    }));

    private void Forget(CdpSettings settings)
    {
        var digests = settings.Keys.Digests.ToHashSet();
        foreach (var bucket in _buckets.Keys)
        {
            var stays = digests.Contains(bucket.Key) && bucket.Rate == settings.Limits.RequestsPerSecondPerKey && bucket.Burst == settings.Limits.BurstPerKey;
            if (!stays && _buckets.TryRemove(bucket, out var removed)) removed.Value.Dispose();
        }
    }
}
