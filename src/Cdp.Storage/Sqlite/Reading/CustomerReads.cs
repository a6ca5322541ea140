using System.Buffers.Binary;
using Cdp.Core.Identity;
using Cdp.Core.Journal.Index;
using Cdp.Storage.Sqlite.Raw;

namespace Cdp.Storage.Sqlite.Reading;

/// <summary>Live customers, in the order of <see cref="SampleKeys.Of"/>. They are stored with the halves of their ids swapped, so that the random one leads.</summary>
internal sealed class CustomerReads(Database database)
{
    private readonly Statement count = database.Prepare("SELECT count(*) FROM customers WHERE workspace=?1");
    private readonly Statement from = database.Prepare("SELECT sample FROM customers WHERE workspace=?1 AND sample>=?2 ORDER BY sample LIMIT ?3");
    private readonly Statement before = database.Prepare("SELECT sample FROM customers WHERE workspace=?1 AND sample<?2 ORDER BY sample LIMIT ?3");
    private readonly Statement after = database.Prepare("SELECT sample FROM customers WHERE workspace=?1 AND sample>?2 ORDER BY sample LIMIT ?3");

    public long Count(string workspace) => count.Bind(1, workspace).All(static r => r.Int64(0))[0];

    public IReadOnlyList<CustomerId> Sample(string workspace, ulong fromKey, int limit)
    {
        Span<byte> key = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(key, fromKey);
        var found = from.Bind(1, workspace).Bind(2, key).Bind(3, limit).All(Customer);
        if (found.Count < limit) found.AddRange(before.Bind(1, workspace).Bind(2, key).Bind(3, limit - found.Count).All(Customer));
        return found;
    }

    public IReadOnlyList<CustomerId> Walk(string workspace, CustomerId? last, int limit)
    {
        after.Bind(1, workspace).Bind(3, limit);
        return (last is { } customer ? Bind(after, 2, customer) : after.Bind(2, ReadOnlySpan<byte>.Empty)).All(Customer);
    }

    /// <summary>Binds the column <c>sample</c> of a customer.</summary>
    public static Statement Bind(Statement statement, int index, CustomerId customer)
    {
        Span<byte> bytes = stackalloc byte[16];
        customer.Value.TryWriteBytes(bytes, bigEndian: true, out _);
        return statement.Bind(index, Swapped(bytes).AsSpan());
    }

    private static CustomerId Customer(Statement row) => new(new Guid(Swapped(row.Blob(0)), bigEndian: true));

    private static byte[] Swapped(ReadOnlySpan<byte> id) => [.. id[8..], .. id[..8]];
}
