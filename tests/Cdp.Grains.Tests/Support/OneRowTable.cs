using System.Net;

namespace Cdp.Grains.Tests.Support;

/// <summary>A membership table that knows one silo, which is also who asks.</summary>
internal sealed class OneRowTable : IMembershipTable, ILocalSiloDetails
{
    private int _asked;

    /// <summary>What the table says; null when it does not answer.</summary>
    public SiloStatus? Status { get; set; }

    public int Asked => Volatile.Read(ref _asked);

    public string Name => "silo";

    public string ClusterId => "cluster";

    public string DnsHostName => "localhost";

    public SiloAddress SiloAddress { get; } = SiloAddress.New(new IPEndPoint(IPAddress.Loopback, 1), 1);

    public SiloAddress GatewayAddress => SiloAddress;

    public Task<MembershipTableData> ReadRow(SiloAddress key)
    {
        var status = Status;
        Interlocked.Increment(ref _asked);
        if (status is null) throw new TimeoutException();
        var entry = new MembershipEntry { SiloAddress = SiloAddress, SiloName = Name, Status = status.Value };
        return Task.FromResult(new MembershipTableData(Tuple.Create(entry, "1"), new TableVersion(1, "1")));
    }

    public Task InitializeMembershipTable(bool tryInitTableVersion) => throw new NotSupportedException();

    public Task DeleteMembershipTableEntries(string clusterId) => throw new NotSupportedException();

    public Task CleanupDefunctSiloEntries(DateTimeOffset beforeDate) => throw new NotSupportedException();

    public Task<MembershipTableData> ReadAll() => throw new NotSupportedException();

    public Task<bool> InsertRow(MembershipEntry entry, TableVersion tableVersion) => throw new NotSupportedException();

    public Task<bool> UpdateRow(MembershipEntry entry, string etag, TableVersion tableVersion) => throw new NotSupportedException();

    public Task UpdateIAmAlive(MembershipEntry entry) => throw new NotSupportedException();
}
