using System.Collections.Frozen;
using System.Diagnostics;
using OpenTelemetry;

namespace Cdp.Silo.Telemetry;

/// <summary>
/// Takes out of every span what may be personal data before it is exported. Only tags that are known to hold none stay: the framework's hold paths, queries
/// and addresses, Orleans' the keys of grains, which are hashes of identifiers, and messages of exceptions.
/// </summary>
internal sealed class SpanFilter : BaseProcessor<Activity>
{
    private static readonly FrozenSet<string> s_allowed = FrozenSet.Create(
        StringComparer.Ordinal,
        "http.route", "http.request.method", "http.response.status_code", "error.type",
        "rpc.system.name", "rpc.method", "orleans.rpc.service", "orleans.silo.id", "orleans.grain.type", "orleans.activation.cause",
        "exception.type", "outcome", "operation", "cdp.events");

    /// <inheritdoc/>
    public override void OnEnd(Activity data)
    {
        List<string>? refused = null;
        foreach (var (name, _) in data.EnumerateTagObjects())
            if (!s_allowed.Contains(name)) (refused ??= []).Add(name);
        foreach (var name in refused ?? []) data.SetTag(name, null);
        // A description is an exception's message.
        if (data.StatusDescription is not null) data.SetStatus(data.Status);
    }
}
