using Cdp.Api;
using Cdp.Grains;
using Orleans.Providers;

namespace Cdp.Silo.Members;

/// <summary>Answers what a silo says of itself, wherever in the cluster it is asked.</summary>
internal sealed class SiloReporter(ILocalSiloDetails self, ActivationCounts counts) : IControllable
{
    /// <summary>What it is asked for by.</summary>
    public const string Name = "cdp-report";

    public Task<object?> ExecuteCommand(int command, object? arg) => Task.FromResult<object?>(
        new SiloReport(self.SiloAddress.ToString(), CdpApi.Version, counts.Customers, counts.Identifiers));
}
