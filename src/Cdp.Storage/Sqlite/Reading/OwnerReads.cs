using Cdp.Core.Identity;
using Cdp.Core.Journal;
using Cdp.Storage.Sqlite.Raw;

namespace Cdp.Storage.Sqlite.Reading;

/// <summary>Owners of identifiers and the erasures they were part of.</summary>
internal sealed class OwnerReads(Database database)
{
    private readonly Statement owner = database.Prepare("""
        SELECT customer, epoch_stream, epoch_version, linked_at FROM identifiers WHERE workspace=?1 AND type=?2 AND value=?3
        """);
    private readonly Statement erasure = database.Prepare("SELECT at, suppress FROM erasures WHERE workspace=?1 AND hash=?2");
    private readonly IdentifierHash hash = new(database.Bytes("SELECT value FROM meta WHERE key='erasure_key'"));

    /// <summary>
    /// One answer per identifier. A keyed hash costs more than the look-up: none is made while nothing was ever erased. That is asked behind the
    /// look-up, which sets the point in time: an erasure that it sees has said so before.
    /// </summary>
    public IReadOnlyList<Ownership> Read(string workspace, IReadOnlyList<Identifier> identifiers, Func<bool> anyErasures)
    {
        var answers = new Ownership[identifiers.Count];
        for (var i = 0; i < answers.Length; i++)
        {
            answers[i] = Owner(workspace, identifiers[i]);
            if (anyErasures()) answers[i] = answers[i] with { Erasure = Erasure(workspace, identifiers[i]) };
        }
        return answers;
    }

    private Ownership Owner(string workspace, Identifier identifier)
    {
        try
        {
            return owner.Bind(1, workspace).Bind(2, identifier.Type).Bind(3, identifier.Value).Step()
                ? new Ownership(identifier, owner.Id(0), new Epoch(owner.Id(1), owner.Int64(2)), owner.Int64(3), null)
                : new Ownership(identifier, null, null, 0, null);
        }
        finally
        {
            owner.Reset();
        }
    }

    private Erasure? Erasure(string workspace, Identifier identifier)
    {
        try
        {
            return erasure.Bind(1, workspace).Bind(2, hash.Of(identifier)).Step() ? new Erasure(erasure.Int64(0), erasure.Int64(1) != 0) : null;
        }
        finally
        {
            erasure.Reset();
        }
    }
}
