using Cdp.Cli.Http;
using Cdp.Cli.Import.Rows;
using Cdp.Cli.Import.Sending;
using Cdp.Cli.Import.State;
using Cdp.Cli.Shell;

namespace Cdp.Cli.Import;

/// <summary>One import: reads rows, sends them, keeps rejects and the checkpoint.</summary>
internal sealed class ImportRun(ImportSettings settings, CdpServer server, CliHost host, ImportTally tally)
{
    /// <summary>Rows that may have ended behind one that has not: bounds the ledger and what a resume sends again.</summary>
    private const int MaxSpreadBatches = 20;

    private static readonly TimeSpan s_checkpointEvery = TimeSpan.FromMilliseconds(200);

    private readonly CheckpointFile _checkpoints = CheckpointFile.For(settings.File, settings.StateDirectory);
    private readonly Lock _saving = new();
    private Exception? _failure;
    private long _savedAt;
    private DateTimeOffset _defaultTime;

    /// <summary>True when nothing is kept to resume from, because the place is not writable.</summary>
    public bool CheckpointLost { get; private set; }

    /// <summary>Rejected rows of the interrupted run that this one continues.</summary>
    public long RejectedBefore { get; private set; }

    /// <summary>How far rows are confirmed.</summary>
    public long ConfirmedRow { get; private set; }

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var checkpoint = StartFrom();
        _defaultTime = settings.AsOf ?? (checkpoint is null ? FileTime() : DateTimeOffset.FromUnixTimeMilliseconds(checkpoint.DefaultTime));
        using var rows = Open();
        var start = checkpoint is null ? new Confirmed(0, 0, 0) : new Confirmed(checkpoint.Row, checkpoint.Chain, checkpoint.Rejected);
        if (!settings.DryRun && start.Row > 0) Skip(rows, start);
        RejectedBefore = start.Rejected;
        ConfirmedRow = start.Row;
        using var rejects = new RejectsFile(settings.Rejects, start.Row);
        var ledger = new RowLedger(start);
        try
        {
            await PumpAsync(rows, ledger, rejects, cancellationToken);
        }
        finally
        {
            rejects.Flush();
            ConfirmedRow = ledger.Confirmed.Row;
            if (!settings.DryRun && ConfirmedRow > 0) Save(ledger, rejects, force: true);
        }

        // Done: the next import of this file begins at its first row, and finds duplicates.
        if (!settings.DryRun && !CheckpointLost) _checkpoints.Delete();
    }

    private async Task PumpAsync(IRowReader rows, RowLedger ledger, RejectsFile rejects, CancellationToken cancellationToken)
    {
        void Ended(SentRow sent, Reject? reject)
        {
            if (reject is not null)
            {
                rejects.Write(reject);
                tally.CountRejected(reject.Code);
            }

            ledger.End(sent.Entry, reject is not null);
        }

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var sender = new BatchSender(server, host, settings.RetryFor, tally, Ended);
        var lanes = new LaneDispatcher(settings.Concurrency, settings.BatchRows, settings.BatchBytes, async batch =>
        {
            try
            {
                await sender.SendAsync(batch, stop.Token);
                Save(ledger, rejects, force: false);
            }
            catch (Exception e)
            {
                // The first failure stops the other lanes; what they throw then is only its echo.
                Interlocked.CompareExchange(ref _failure, e, null);
                await stop.CancelAsync();
                throw;
            }
        });
        try
        {
            while (rows.Read() is { } row)
            {
                stop.Token.ThrowIfCancellationRequested();
                tally.CountRead();
                tally.BytesRead = rows.BytesRead;
                var sent = new SentRow(row, ledger.Add(row));
                if (row.RejectCode is not null) Ended(sent, new Reject(row.Number, row.MessageId, row.RejectCode, null));
                else if (settings.DryRun) EndDry(ledger, sent);
                else await lanes.AddAsync(sent);
                if (ledger.Spread > settings.BatchRows * settings.Concurrency * MaxSpreadBatches) await lanes.DrainAsync();
            }

            tally.BytesRead = rows.BytesRead;
            await lanes.DrainAsync();
        }
        catch (Exception)
        {
            await stop.CancelAsync();
            await lanes.AbandonAsync();
            cancellationToken.ThrowIfCancellationRequested();
            if (_failure is not null) System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(_failure);
            throw;
        }
    }

    private void EndDry(RowLedger ledger, SentRow sent)
    {
        tally.CountAccepted();
        ledger.End(sent.Entry, rejected: false);
    }

    private IRowReader Open()
    {
        var factory = new RowFactory(settings.SourceName, _defaultTime);
        return settings.Format switch
        {
            ImportFormat.Csv => new CsvRows(settings.File, new CsvDialect(settings.Separator, settings.Encoding), settings.Map, settings.Rules, factory),
            ImportFormat.Ndjson => new NdjsonRows(settings.File, settings.Map, settings.Rules, factory),
            _ => SegmentRows.Open(settings.File, factory),
        };
    }

    // What was exported yesterday is of yesterday: it must not win over what happened since. Rows cannot be of the future.
    private DateTimeOffset FileTime()
    {
        var written = new DateTimeOffset(File.GetLastWriteTimeUtc(settings.File));
        var now = host.Time.GetUtcNow();
        return written > now ? now : written < DateTimeOffset.UnixEpoch ? DateTimeOffset.UnixEpoch : written;
    }

    private Checkpoint? StartFrom()
    {
        if (settings.DryRun || settings.Resume == ResumeMode.Restart) return null;
        var found = _checkpoints.Load();
        if (found is not null && found.Source == settings.SourceName && found.Target == server.Fingerprint) return found;
        if (settings.Resume == ResumeMode.Resume)
        {
            throw CliException.Usage(found is null
                ? $"--resume: there is no checkpoint {_checkpoints.Path}."
                : $"--resume: the checkpoint {_checkpoints.Path} is of another server, key or source name.");
        }

        return null;
    }

    private void Skip(IRowReader rows, Confirmed start)
    {
        ulong chain = 0;
        var at = 0L;
        while (at < start.Row && rows.Read() is { } row)
        {
            chain = RowLedger.Next(chain, row);
            at = row.Number;
            tally.CountRead();
            tally.CountSkipped();
            tally.BytesRead = rows.BytesRead;
        }

        if (at == start.Row && chain == start.Chain) return;
        throw CliException.Usage(
            $"the file, the map or an option differs from the interrupted import of which {_checkpoints.Path} tells (up to row {start.Row}). " +
            "Give --restart to begin at row 1: rows that were taken before and are unchanged count as duplicates.");
    }

    private void Save(RowLedger ledger, RejectsFile rejects, bool force)
    {
        lock (_saving)
        {
            if (CheckpointLost || (!force && _savedAt != 0 && host.Time.GetElapsedTime(_savedAt) < s_checkpointEvery)) return;
            var confirmed = ledger.Confirmed;
            if (confirmed.Row == 0) return;
            rejects.Flush();
            try
            {
                _checkpoints.Save(new Checkpoint(
                    1, settings.SourceName, server.Fingerprint, confirmed.Row, confirmed.Chain, confirmed.Rejected, _defaultTime.ToUnixTimeMilliseconds()));
                _savedAt = host.Time.GetTimestamp();
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                CheckpointLost = true;
            }
        }
    }
}
