using Cdp.Core.Identity;

namespace Cdp.Storage.Postgres.Writing;

/// <summary>
/// The one order in which rows are locked: all streams, then all identifiers, each by their keys. Every process of every release must use the same,
/// or two of them wait for each other.
/// </summary>
internal static class LockOrder
{
    public static int Compare(string workspace, CustomerId stream, string otherWorkspace, CustomerId otherStream)
    {
        var order = string.CompareOrdinal(workspace, otherWorkspace);
        return order != 0 ? order : stream.CompareTo(otherStream);
    }

    public static int Compare(string workspace, Identifier identifier, string otherWorkspace, Identifier otherIdentifier)
    {
        var order = string.CompareOrdinal(workspace, otherWorkspace);
        return order != 0 ? order : identifier.CompareTo(otherIdentifier);
    }
}
