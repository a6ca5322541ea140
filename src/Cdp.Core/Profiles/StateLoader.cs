using Cdp.Core.Activation.State;
using Cdp.Core.Audiences.Membership;
using Cdp.Core.Events;
using Cdp.Core.Identity;
using Cdp.Core.Journal;
using Cdp.Core.Profiles.Splits;

namespace Cdp.Core.Profiles;

/// <summary>Rebuilds a customer's state from the store: the newest snapshot and the records behind it.</summary>
public static class StateLoader
{
    /// <summary>What a record takes beside its body, about.</summary>
    internal const int RowBytes = 32;

    /// <summary>Loads a customer, with the parts of all that it absorbed.</summary>
    /// <param name="journal">The store.</param>
    /// <param name="workspace">The workspace.</param>
    /// <param name="stream">The customer.</param>
    /// <param name="upToVersion">The last version to take in; null for all.</param>
    /// <param name="cancellationToken">Stops the read.</param>
    /// <returns>The state, null when there is no such stream.</returns>
    /// <exception cref="InvalidOperationException">A stream that it absorbed is missing.</exception>
    public static async ValueTask<CustomerState?> LoadAsync(
        IJournal journal, string workspace, CustomerId stream, long? upToVersion = null, CancellationToken cancellationToken = default)
    {
        var load = await journal.LoadAsync(workspace, stream, upToVersion, cancellationToken);
        // Of a stream that has ended, a part may have been split off whoever absorbed it, and then erased. Nobody but retention reads it any more.
        return load is null ? null : await FoldAsync(journal, workspace, stream, load, HasEnded(load), cancellationToken);
    }

    private static bool HasEnded(StreamLoad load) => load.Tail is [.., { Kind: RecordKind.MergedInto }];

    /// <summary>
    /// Loads a customer that is live. Of one that was absorbed only the way on is read: to read its parts, and those of all that it absorbed, for each
    /// step of a long chain of merges takes minutes.
    /// </summary>
    /// <param name="journal">The store.</param>
    /// <param name="workspace">The workspace.</param>
    /// <param name="stream">The customer.</param>
    /// <param name="cancellationToken">Stops the read.</param>
    /// <returns>The state, null when there is no such stream or it has ended; who absorbed it if somebody did, and the version that says so.</returns>
    public static async ValueTask<(CustomerState? Live, CustomerId? Successor, long EndedAt)> LoadLiveAsync(
        IJournal journal, string workspace, CustomerId stream, CancellationToken cancellationToken = default)
    {
        var load = await journal.LoadAsync(workspace, stream, null, cancellationToken);
        if (load is null) return (null, null, 0);
        if (load.Tail is [.., { Kind: RecordKind.MergedInto } end]) return (null, RecordCodec.ReadMergedInto(end.Body).Survivor, end.Version);
        var state = await FoldAsync(journal, workspace, stream, load, mayMiss: false, cancellationToken);
        return (state.Status == CustomerStatus.Live ? state : null, state.Successor, state.Version);
    }

    /// <summary>Loads a customer that is live, with the records of its stream where these were read whole, so that nobody has to read them again.</summary>
    /// <returns>The state, null as above; the records, null when a snapshot stood for some of them.</returns>
    internal static async ValueTask<(CustomerState? Live, IReadOnlyList<JournalRow>? Rows)> LoadLiveWithRowsAsync(
        IJournal journal, string workspace, CustomerId stream, CancellationToken cancellationToken)
    {
        var load = await journal.LoadAsync(workspace, stream, null, cancellationToken);
        if (load is null || HasEnded(load)) return default;
        var state = await FoldAsync(journal, workspace, stream, load, mayMiss: false, cancellationToken);
        return state.Status == CustomerStatus.Live ? (state, load.Snapshot is null ? load.Tail : null) : default;
    }

    private static async ValueTask<CustomerState> FoldAsync(
        IJournal journal, string workspace, CustomerId stream, StreamLoad load, bool mayMiss, CancellationToken cancellationToken)
    {
        // A split holds the whole state: what came before it is not read again, here or in any other stream.
        var start = load.Tail.Count - 1;
        while (start >= 0 && load.Tail[start].Kind is not (RecordKind.Split or RecordKind.Restored)) start--;
        var state = start >= 0 ? StateCodec.Read(SplitCodec.Read(load.Tail[start].Body).State)
            : load.Snapshot is { } snapshot ? StateCodec.Read(snapshot.State)
            : new CustomerState(stream);
        // A split may have taken events out of streams that its customer had absorbed. Nobody reads those for what they add up to any more, but retention reads
        // them for what is left.
        // And of positions only the newest record is kept.
        var mayHaveGaps = HasEnded(load) || load.Tail.Any(static r => r.Kind == RecordKind.Positioned);
        for (var i = start + 1; i < load.Tail.Count; i++)
        {
            var row = load.Tail[i];
            if (mayHaveGaps && row.Version > state.Version + 1) state.Skip(row.Version - 1);
            state.TailBytes += row.Body.Length + RowBytes;
            if (row.Kind == RecordKind.Absorbed)
            {
                // The loser's terminal record is taken in as well, because retention keeps a snapshot of exactly that version.
                var record = RecordCodec.ReadAbsorbed(row.Body);
                var part = await journal.LoadAsync(workspace, record.Loser, record.LoserVersion + 1, cancellationToken);
                if (part is not null) state.Evolve(row.Version, row.TimeMs, await FoldAsync(journal, workspace, record.Loser, part, mayMiss, cancellationToken), record.YieldsUntilMs);
                else if (mayMiss && await IsErasedAsync(journal, workspace, record.Loser, cancellationToken)) state.Skip(row.Version);
                else throw new InvalidOperationException($"Stream {record.Loser}, absorbed by {stream}, is missing.");
            }
            else
            {
                Evolve(state, row);
            }
        }

        state.RestoreUndecided(Undecided(load.Tail));
        return state;
    }

    private static async ValueTask<bool> IsErasedAsync(IJournal journal, string workspace, CustomerId stream, CancellationToken cancellationToken) =>
        await journal.LoadAsync(workspace, stream, null, cancellationToken) is { Tail: [.., { Kind: RecordKind.Erased }] };

    private static JournalRow[] Undecided(IReadOnlyList<JournalRow> tail)
    {
        var from = tail.Count;
        // What a split has brought along was decided where it came from.
        while (from > 0 && tail[from - 1].Kind is not (RecordKind.Acted or RecordKind.Split or RecordKind.Restored)) from--;
        return from == tail.Count ? [] : [.. tail.Skip(from).Where(static r => r.Kind == RecordKind.Event)];
    }

    /// <summary>Takes in one record that needs no other stream.</summary>
    /// <param name="state">The state.</param>
    /// <param name="row">The record, of any kind but <see cref="RecordKind.Absorbed"/>.</param>
    /// <exception cref="FormatException">It is of a kind or format version that this release does not know.</exception>
    public static void Evolve(CustomerState state, JournalRow row)
    {
        switch (row.Kind)
        {
            case RecordKind.Event:
                state.Evolve(row.Version, EventBody.Read(row.Body));
                break;
            case RecordKind.Decided:
                state.Evolve(row.Version, row.TimeMs, RecordCodec.ReadDecided(row.Body));
                break;
            case RecordKind.Patched:
                state.Evolve(row.Version, RecordCodec.ReadPatched(row.Body));
                break;
            case RecordKind.Judged:
                state.Evolve(row.Version, row.TimeMs, JudgedCodec.Read(row.Body));
                break;
            case RecordKind.Acted:
                state.Evolve(row.Version, row.TimeMs, DecidedActionsCodec.Read(row.Body));
                break;
            case RecordKind.Positioned:
                state.Evolve(row.Version, row.TimeMs, PositionedCodec.Read(row.Body));
                break;
            case RecordKind.MergedInto:
                state.End(row.Version, row.TimeMs, RecordCodec.ReadMergedInto(row.Body).Survivor);
                break;
            case RecordKind.Erased:
                state.End(row.Version, row.TimeMs, null);
                break;
            default:
                throw new FormatException($"Record kind {(int)row.Kind} of stream {row.Stream} is not known to this release.");
        }
    }
}
