using System.Globalization;
using Cdp.Storage.Sqlite.Raw;

namespace Cdp.Storage.Sqlite.Reading;

/// <summary>One read-only connection with its prepared statements.</summary>
internal sealed class ReadConnection : IDisposable
{
    private readonly Statement begin;
    private readonly Statement end;

    public ReadConnection(JournalFiles files, SqliteJournalOptions options)
    {
        Database = Database.Open(files.Main, writable: false);
        try
        {
            Database.BusyTimeout(5000);
            Database.Execute(string.Create(CultureInfo.InvariantCulture, $"PRAGMA cache_size=-{options.CacheMiB * 1024L / 8}"));
            begin = Database.Prepare("BEGIN");
            end = Database.Prepare("COMMIT");
            Streams = new StreamReads(Database);
            Owners = new OwnerReads(Database);
            Timelines = new TimelineReads(Database);
            Candidates = new CandidateReads(Database);
            Definitions = new DefinitionReads(Database);
            Walks = new WalkReads(Database);
            Customers = new CustomerReads(Database);
            Audiences = new AudienceReads(Database);
            Due = new DueReads(Database);
            Progress = new ProgressReads(Database);
            Feed = new FeedReads(Database);
            Outbox = new OutboxReads(Database);
        }
        catch
        {
            Database.Dispose();
            throw;
        }
    }

    public Database Database { get; }

    public StreamReads Streams { get; }

    public OwnerReads Owners { get; }

    public TimelineReads Timelines { get; }

    public CandidateReads Candidates { get; }

    public DefinitionReads Definitions { get; }

    public WalkReads Walks { get; }

    public CustomerReads Customers { get; }

    public AudienceReads Audiences { get; }

    public DueReads Due { get; }

    public ProgressReads Progress { get; }

    public FeedReads Feed { get; }

    public OutboxReads Outbox { get; }

    public void Begin() => begin.Run();

    public void End() => end.Run();

    public void Dispose() => Database.Dispose();
}
