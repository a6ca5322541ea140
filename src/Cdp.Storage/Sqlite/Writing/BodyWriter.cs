using Cdp.Storage.Sqlite.Raw;

namespace Cdp.Storage.Sqlite.Writing;

/// <summary>Appends bodies under growing numbers: always at the right end of their tree, where an insert is cheapest.</summary>
internal sealed class BodyWriter(Database database)
{
    private readonly Statement insert = database.Prepare("INSERT INTO bodies(id, body) VALUES (?1, ?2)");
    private long lastId = database.Number("SELECT max(id) FROM bodies");

    /// <summary>Stores a body.</summary>
    /// <returns>Its number. A transaction that is rolled back leaves a gap, which does no harm.</returns>
    public long Write(ReadOnlySpan<byte> body)
    {
        insert.Bind(1, ++lastId).Bind(2, body).Run();
        return lastId;
    }
}
