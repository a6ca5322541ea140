using Cdp.Api;
using Cdp.Grains;
using Orleans.Concurrency;
using Orleans.Runtime.Services;

namespace Cdp.Silo.Members;

/// <summary>Runs once on every silo, outside of placement and directory: it is asked when these are in doubt.</summary>
[Reentrant]
internal sealed class SiloReportService(GrainId id, Orleans.Runtime.Silo silo, ILoggerFactory logs, ActivationCounts counts)
    : GrainService(id, silo, logs), ISiloReportService
{
    public ValueTask<SiloReport> ReportAsync() => new(new SiloReport(CdpApi.Version, counts.Customers, counts.Identifiers));
}

/// <summary>Asks the service of a certain silo.</summary>
internal sealed class SiloReportClient(IServiceProvider services) : GrainServiceClient<ISiloReportService>(services)
{
    public ValueTask<SiloReport> AskAsync(SiloAddress silo) => GetGrainService(silo).ReportAsync();
}
