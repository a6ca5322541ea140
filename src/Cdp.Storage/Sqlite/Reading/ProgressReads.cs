using Cdp.Core.Journal.Index;
using Cdp.Storage.Sqlite.Raw;

namespace Cdp.Storage.Sqlite.Reading;

/// <summary>How far background work has come.</summary>
internal sealed class ProgressReads(Database database)
{
    private readonly Statement read = database.Prepare("SELECT revision, body FROM progress WHERE workspace=?1 AND name=?2");

    public Progress? Read(string workspace, string name) =>
        read.Bind(1, workspace).Bind(2, name).All(static r => new Progress(r.Int64(0), r.Blob(1))) is [var found] ? found : null;
}
