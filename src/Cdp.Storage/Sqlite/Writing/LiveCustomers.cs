using Cdp.Core.Identity;
using Cdp.Storage.Sqlite.Raw;
using Cdp.Storage.Sqlite.Reading;

namespace Cdp.Storage.Sqlite.Writing;

/// <summary>The customers that were neither absorbed nor erased.</summary>
internal sealed class LiveCustomers(Database database)
{
    private readonly Statement insert = database.Prepare("INSERT OR IGNORE INTO customers(workspace, sample) VALUES (?1, ?2)");
    private readonly Statement delete = database.Prepare("DELETE FROM customers WHERE workspace=?1 AND sample=?2");

    public void Add(string workspace, CustomerId customer) => CustomerReads.Bind(insert.Bind(1, workspace), 2, customer).Run();

    public void Remove(string workspace, CustomerId customer) => CustomerReads.Bind(delete.Bind(1, workspace), 2, customer).Run();
}
