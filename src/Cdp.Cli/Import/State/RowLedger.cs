using Cdp.Cli.Import.Rows;

namespace Cdp.Cli.Import.State;

/// <summary>How far an import is confirmed without a gap.</summary>
/// <param name="Row">The last row of the confirmed stretch.</param>
/// <param name="Chain">A running hash over all rows up to it: it tells at a resume whether the file and the map are still the same.</param>
/// <param name="Rejected">Rows of the stretch that were rejected.</param>
internal readonly record struct Confirmed(long Row, ulong Chain, long Rejected);

/// <summary>Rows end in any order; the ledger knows up to where they have all ended.</summary>
internal sealed class RowLedger(Confirmed start)
{
    private readonly Lock _lock = new();
    private readonly Queue<Entry> _open = new();
    private Confirmed _confirmed = start;
    private ulong _chain = start.Chain;

    /// <summary>Everything before it has ended.</summary>
    public Confirmed Confirmed
    {
        get { lock (_lock) return _confirmed; }
    }

    /// <summary>Rows between the confirmed stretch and the newest row.</summary>
    public int Spread
    {
        get { lock (_lock) return _open.Count; }
    }

    /// <summary>Takes rows in the order of the file.</summary>
    public Entry Add(ImportRow row)
    {
        lock (_lock)
        {
            _chain = Next(_chain, row);
            var entry = new Entry(row.Number, _chain);
            _open.Enqueue(entry);
            return entry;
        }
    }

    public void End(Entry entry, bool rejected)
    {
        lock (_lock)
        {
            entry.Ended = true;
            entry.Rejected = rejected;
            while (_open.TryPeek(out var first) && first.Ended)
            {
                _open.Dequeue();
                _confirmed = new Confirmed(first.Row, first.Chain, _confirmed.Rejected + (first.Rejected ? 1 : 0));
            }
        }
    }

    /// <summary>The hash one row further (FNV-1a; it guards against mistakes, not against attacks).</summary>
    public static ulong Next(ulong chain, ImportRow row)
    {
        foreach (var c in row.MessageId ?? row.RejectCode ?? "") chain = (chain ^ c) * 0x100000001b3;
        return (chain ^ (ulong)row.Number) * 0x100000001b3;
    }

    /// <summary>One row on its way.</summary>
    internal sealed class Entry(long row, ulong chain)
    {
        public long Row { get; } = row;

        public ulong Chain { get; } = chain;

        public bool Ended { get; set; }

        public bool Rejected { get; set; }
    }
}
