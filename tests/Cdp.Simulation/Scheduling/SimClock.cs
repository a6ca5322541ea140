namespace Cdp.Simulation.Scheduling;

/// <summary>The one clock of a simulated world. It moves when the scheduler says so; timers fire one at a time, in order of their time.</summary>
internal sealed class SimClock
{
    public static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly PriorityQueue<SimTimer, (long Due, long Id)> _timers = new();
    private long _lastId;

    public long NowTicks { get; private set; } = Start.UtcTicks;

    public long NowMs => (NowTicks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMillisecond;

    public TimeSpan Elapsed => TimeSpan.FromTicks(NowTicks - Start.UtcTicks);

    public void Advance(TimeSpan by) => NowTicks += by.Ticks;

    /// <summary>The clock as somebody sees it whose timers die with him.</summary>
    public TimeProvider For(Life life) => new LifeClock(this, life);

    public void Call(Life life, TimeSpan after, string label, Action run)
    {
        var timer = new SimTimer(life, label, run, NowTicks + after.Ticks, ++_lastId);
        _timers.Enqueue(timer, (timer.Due, timer.Id));
    }

    public bool HasTimer
    {
        get
        {
            while (_timers.TryPeek(out var next, out _))
            {
                if (!next.IsDead) return true;
                _timers.Dequeue();
            }

            return false;
        }
    }

    /// <summary>Moves to the earliest timer, if that is not past already, and fires it.</summary>
    /// <returns>The timer's label.</returns>
    public string FireNext()
    {
        if (!HasTimer) throw new InvalidOperationException("There is no timer.");
        var timer = _timers.Dequeue();
        NowTicks = Math.Max(NowTicks, timer.Due);
        timer.Fire();
        return timer.Label;
    }

    private sealed class SimTimer(Life life, string label, Action run, long due, long id) : ITimer
    {
        private bool _isOff;

        public string Label => label;

        public long Due => due;

        public long Id => id;

        public bool IsDead => _isOff || life.IsOver;

        public void Fire()
        {
            _isOff = true;
            run();
        }

        public bool Change(TimeSpan dueTime, TimeSpan period) =>
            throw new InvalidOperationException("A simulated timer fires once; it is not set again.");

        public void Dispose() => _isOff = true;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }

    private sealed class LifeClock(SimClock clock, Life life) : TimeProvider
    {
        public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override DateTimeOffset GetUtcNow() => new(clock.NowTicks, TimeSpan.Zero);

        public override long GetTimestamp() => clock.NowTicks;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            if (dueTime < TimeSpan.Zero || period != Timeout.InfiniteTimeSpan)
                throw new InvalidOperationException("The simulated clock knows timers that fire once.");
            var timer = new SimTimer(life, "back-off", () => callback(state), clock.NowTicks + dueTime.Ticks, ++clock._lastId);
            clock._timers.Enqueue(timer, (timer.Due, timer.Id));
            return timer;
        }
    }
}
