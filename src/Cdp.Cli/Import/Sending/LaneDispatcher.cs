using Cdp.Cli.Import.Rows;
using Cdp.Cli.Import.State;

namespace Cdp.Cli.Import.Sending;

/// <summary>A row on its way.</summary>
internal readonly record struct SentRow(ImportRow Row, RowLedger.Entry Entry);

/// <summary>
/// Spreads rows over lanes; each lane sends one batch at a time. Rows that share an identifier never overtake one another: while one of them is queued
/// or in flight, the next goes to the same lane, and when its identifiers are in two lanes, it waits until one of these has drained. The memory is that
/// of the rows queued and in flight. One caller only.
/// </summary>
internal sealed class LaneDispatcher
{
    private readonly Func<IReadOnlyList<SentRow>, Task> _send;
    private readonly int _batchRows;
    private readonly int _batchBytes;
    private readonly Lane[] _lanes;
    private readonly Dictionary<string, (Lane Lane, int Rows)> _owners = new(StringComparer.Ordinal);
    private Lane _filling;

    public LaneDispatcher(int concurrency, int batchRows, int batchBytes, Func<IReadOnlyList<SentRow>, Task> send)
    {
        _batchRows = batchRows;
        _batchBytes = batchBytes;
        _send = send;
        _lanes = new Lane[concurrency];
        for (var i = 0; i < concurrency; i++) _lanes[i] = new Lane();
        _filling = _lanes[0];
    }

    /// <summary>Takes a row; waits while its lane is full. Throws what a send threw.</summary>
    public async Task AddAsync(SentRow row)
    {
        Lane lane;
        while (!Fits(lane = await LaneForAsync(row.Row), row.Row))
        {
            await DispatchAsync(lane);
            // A row that is tied to no lane goes where a request can start at once.
            if (lane == _filling) _filling = Array.Find(_lanes, l => !l.IsBusy && l.Rows.Count == 0) ?? lane;
        }

        lane.Rows.Add(row);
        lane.Bytes += row.Row.Json.Length + 1;
        foreach (var key in row.Row.Keys)
        {
            _owners[key] = (lane, _owners.TryGetValue(key, out var owner) ? owner.Rows + 1 : 1);
        }
    }

    /// <summary>Sends what is queued and waits for everything.</summary>
    public async Task DrainAsync()
    {
        foreach (var lane in _lanes) await DispatchAsync(lane);
        foreach (var lane in _lanes) await EndAsync(lane);
    }

    /// <summary>Waits for the requests in flight after a failure, whatever becomes of them.</summary>
    public Task AbandonAsync() => Task.WhenAll(_lanes.Select(l => l.InFlight)).ContinueWith(_ => { }, TaskScheduler.Default);

    private bool Fits(Lane lane, ImportRow row) =>
        lane.Rows.Count == 0 || (lane.Rows.Count < _batchRows && lane.Bytes + row.Json.Length <= _batchBytes);

    private async Task<Lane> LaneForAsync(ImportRow row)
    {
        foreach (var busy in _lanes.Where(l => l.InFlight.IsCompleted && l.Sent.Count > 0)) await EndAsync(busy);
        Lane? found = null;
        foreach (var key in row.Keys)
        {
            if (!_owners.TryGetValue(key, out var owner) || owner.Lane == found) continue;
            if (found is null)
            {
                found = owner.Lane;
                continue;
            }

            await DispatchAsync(owner.Lane);
            await EndAsync(owner.Lane);
        }

        return found ?? _filling;
    }

    private async Task DispatchAsync(Lane lane)
    {
        if (lane.Rows.Count == 0) return;
        await EndAsync(lane);
        (lane.Sent, lane.Rows) = (lane.Rows, []);
        lane.Bytes = 0;
        lane.InFlight = _send(lane.Sent);
    }

    private async Task EndAsync(Lane lane)
    {
        await lane.InFlight;
        foreach (var key in lane.Sent.SelectMany(r => r.Row.Keys))
        {
            var owner = _owners[key];
            if (owner.Rows == 1) _owners.Remove(key);
            else _owners[key] = owner with { Rows = owner.Rows - 1 };
        }

        lane.Sent = [];
    }

    private sealed class Lane
    {
        public List<SentRow> Rows { get; set; } = [];

        public int Bytes { get; set; }

        public List<SentRow> Sent { get; set; } = [];

        public Task InFlight { get; set; } = Task.CompletedTask;

        public bool IsBusy => !InFlight.IsCompleted;
    }
}
