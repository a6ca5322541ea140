using System.Data.Common;
using Cdp.Api;
using Cdp.Core.Grid;

namespace Cdp.Silo.Members;

/// <summary>
/// The members of the cluster, out of the membership table, and what each of them says of itself. It is looked at when silos are in trouble, so it waits
/// for none of them longer than a moment, and calls no grain, which might be on the silo that stands still.
/// </summary>
/// <param name="table">Who is a member.</param>
/// <param name="reports">Asks a silo.</param>
/// <param name="self">This silo.</param>
internal sealed class SiloStatuses(IMembershipTable table, SiloReportClient reports, ILocalSiloDetails self) : IGridStatus
{
    public async ValueTask<IReadOnlyList<GridMember>> ReadAsync(CancellationToken cancellationToken = default)
    {
        var members = await TableAsync(cancellationToken);
        return await Task.WhenAll(members.Members.Select(m => m.Item1).OrderBy(m => m.SiloAddress).Select(MemberAsync));
    }

    private async Task<MembershipTableData> TableAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await table.ReadAllAsync(cancellationToken);
        }
        catch (Exception error) when (error is DbException or TimeoutException or OrleansException)
        {
            throw new GridUnavailableException("The membership table does not answer.", error);
        }
    }

    private async Task<GridMember> MemberAsync(MembershipEntry entry)
    {
        var report = entry.Status == SiloStatus.Dead ? null : await AskAsync(entry.SiloAddress);
        return new(
            entry.SiloAddress.ToString(),
            entry.HostName,
            entry.Status.ToString().ToLowerInvariant(),
            entry.SiloAddress.Equals(self.SiloAddress),
            new DateTimeOffset(DateTime.SpecifyKind(entry.StartTime, DateTimeKind.Utc)),
            report?.Version,
            report?.Customers,
            report?.Identifiers);
    }

    private async Task<SiloReport?> AskAsync(SiloAddress silo)
    {
        try
        {
            return await reports.AskAsync(silo);
        }
        catch (Exception error) when (error is OrleansException or TimeoutException)
        {
            // One that is being lost does not answer: then the table is all there is.
            return null;
        }
    }
}
