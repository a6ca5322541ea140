using System.Buffers.Binary;
using Cdp.Core.Identity;
using Cdp.Core.Journal.Index;
using Npgsql;

namespace Cdp.Storage.Postgres.Reading;

/// <summary>Live customers: streams whose last record is not a terminal one.</summary>
internal static class CustomerReads
{
    private const string Live = "FROM streams WHERE workspace=$1 AND last_kind NOT IN (3, 6)";
    private const string Key = "substring(uuid_send(stream) FROM 9)";
    private const string Count = $"SELECT count(*) {Live}";

    private const string Sample = $"SELECT stream {Live} AND {Key}>=$2 ORDER BY {Key}, stream LIMIT $3";
    private const string First = $"SELECT stream {Live} ORDER BY stream LIMIT $2";
    private const string Walk = $"SELECT stream {Live} AND stream>$3 ORDER BY stream LIMIT $2";

    public static async ValueTask<long> CountAsync(Reads reads, string workspace, CancellationToken cancellationToken) =>
        (await reads.AllAsync(Count, p => p.With(workspace), static r => r.GetInt64(0), cancellationToken, isLong: true))[0];

    /// <summary>A sample. When the order ends before it is full, a second read begins at the first customer.</summary>
    public static async ValueTask<IReadOnlyList<CustomerId>> SampleAsync(
        Reads reads, string workspace, ulong fromKey, int limit, CancellationToken cancellationToken)
    {
        var found = await FromAsync(reads, workspace, fromKey, limit, cancellationToken);
        if (found.Count == limit || fromKey == 0) return found;
        var first = await FromAsync(reads, workspace, 0, limit - found.Count, cancellationToken);
        return [.. found, .. first.TakeWhile(c => SampleKeys.Of(c) < fromKey)];
    }

    public static ValueTask<IReadOnlyList<CustomerId>> WalkAsync(
        Reads reads, string workspace, CustomerId? after, int limit, CancellationToken cancellationToken) => reads.AllAsync(
        after is null ? First : Walk,
        p =>
        {
            p.With(workspace).With((long)limit);
            if (after is { } customer) p.With(customer.Value);
        },
        Id,
        cancellationToken);

    private static ValueTask<IReadOnlyList<CustomerId>> FromAsync(Reads reads, string workspace, ulong fromKey, int limit, CancellationToken cancellationToken)
    {
        var key = new byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(key, fromKey);
        return reads.AllAsync(Sample, p => p.With(workspace).With(key).With((long)limit), Id, cancellationToken);
    }

    private static CustomerId Id(NpgsqlDataReader reader) => new(reader.GetGuid(0));
}
