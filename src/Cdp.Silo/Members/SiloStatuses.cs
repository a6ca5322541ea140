using Cdp.Api;

namespace Cdp.Silo.Members;

/// <summary>The members of the cluster, out of the membership table, and what each of them says of itself.</summary>
/// <param name="grains">The cluster.</param>
/// <param name="self">This silo.</param>
internal sealed class SiloStatuses(IGrainFactory grains, ILocalSiloDetails self) : IGridStatus
{
    public async ValueTask<IReadOnlyList<GridMember>> ReadAsync(CancellationToken cancellationToken = default)
    {
        var management = grains.GetGrain<IManagementGrain>(0);
        var members = await management.GetDetailedHosts(onlyActive: false, cancellationToken);
        var said = await AskAsync(management, cancellationToken);
        return
        [
            .. members.OrderBy(m => m.SiloAddress).Select(m =>
            {
                var one = said.GetValueOrDefault(m.SiloAddress.ToString());
                return new GridMember(
                    m.SiloAddress.ToString(),
                    m.HostName,
                    m.Status.ToString().ToLowerInvariant(),
                    m.SiloAddress.Equals(self.SiloAddress),
                    new DateTimeOffset(DateTime.SpecifyKind(m.StartTime, DateTimeKind.Utc)),
                    one?.Version,
                    one?.Customers,
                    one?.Identifiers);
            }),
        ];
    }

    private static async Task<Dictionary<string, SiloReport>> AskAsync(IManagementGrain management, CancellationToken cancellationToken)
    {
        try
        {
            var answers = await management.SendControlCommandToProvider<SiloReporter>(SiloReporter.Name, 0, null, cancellationToken);
            return answers.OfType<SiloReport>().ToDictionary(r => r.Address);
        }
        catch (Exception error) when (error is OrleansException or TimeoutException)
        {
            // A member that is being lost does not answer: then the table is all there is.
            return [];
        }
    }
}
