using System.Text;
using Cdp.Core.Identity;
using Cdp.Core.Journal;

namespace Cdp.Testing.Journal;

/// <summary>Short ways to say what tests of a journal say all the time.</summary>
public static class Units
{
    public const string Workspace = "default";

    /// <summary>Customer number n: ids in the order of their numbers.</summary>
    public static CustomerId Customer(int n) => new(Guid.Parse($"01890000-0000-7000-8000-{n:x12}"));

    public static Identifier Email(string name) => new("email", name + "@example.test");

    public static JournalEntry Event(long timeMs, string body = "{}") => Entry(RecordKind.Event, timeMs, body);

    public static JournalEntry Entry(RecordKind kind, long timeMs = 1, string body = "{}") => new(kind, timeMs, Encoding.UTF8.GetBytes(body));

    public static StreamAppend At(this CustomerId stream, long expected, params JournalEntry[] entries) => new(stream, expected, entries);

    public static OwnershipChange Link(Identifier identifier, Epoch? expected, CustomerId? owner, Epoch next, long linkedAt = 5) =>
        new(identifier, expected, owner, next, linkedAt, linkedAt, "web");

    public static UnitOfWork Unit(params StreamAppend[] appends) => new(Workspace, appends, []);

    public static UnitOfWork With(this UnitOfWork unit, params OwnershipChange[] changes) => unit with { Ownership = changes };

    public static UnitOfWork In(this UnitOfWork unit, string workspace) => unit with { Workspace = workspace };

    public static StoredSnapshot Snapshot(CustomerId stream, long version, string state) => new(stream, version, Encoding.UTF8.GetBytes(state));

    public static string Text(this ReadOnlyMemory<byte> bytes) => Encoding.UTF8.GetString(bytes.Span);
}
