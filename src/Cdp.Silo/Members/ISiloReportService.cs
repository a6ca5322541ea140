using Orleans.Services;

namespace Cdp.Silo.Members;

/// <summary>Answers on every silo what that silo says of itself.</summary>
[Alias("cdp.ISiloReportService")]
internal interface ISiloReportService : IGrainService
{
    /// <summary>Asks.</summary>
    /// <returns>The report.</returns>
    [Alias("report")]
    [ResponseTimeout("00:00:02")]
    ValueTask<SiloReport> ReportAsync();
}
