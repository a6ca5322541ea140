namespace Cdp.Testing.Time;

/// <summary>A clock that stands still until a test moves it. Timers run on the thread that calls <see cref="Advance"/>, in order of their time.</summary>
public sealed class FakeClock : TimeProvider
{
    private readonly Lock gate = new();
    private readonly List<FakeTimer> timers = [];
    private DateTimeOffset now;
    private long lastId;

    public FakeClock(DateTimeOffset? start = null) => now = start ?? new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>Timers that are armed: a test can see that something waits before it moves the clock.</summary>
    public int ArmedTimers
    {
        get
        {
            lock (gate) return timers.Count;
        }
    }

    /// <summary>Whether a timer is armed that has this period, or is due in exactly this time.</summary>
    public bool IsArmedFor(TimeSpan time)
    {
        lock (gate) return timers.Any(t => t.Period == time || t.Due - now == time);
    }

    public long NowMs => GetUtcNow().ToUnixTimeMilliseconds();

    public override DateTimeOffset GetUtcNow()
    {
        lock (gate) return now;
    }

    public override long GetTimestamp()
    {
        lock (gate) return now.UtcTicks;
    }

    /// <summary>Moves the clock, stopping at every timer on the way.</summary>
    public void Advance(TimeSpan by)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(by, TimeSpan.Zero);
        DateTimeOffset target;
        lock (gate) target = now + by;
        while (TakeDue(target) is { } due) due.Fire();
        lock (gate)
            if (now < target) now = target;
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new FakeTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    private FakeTimer? TakeDue(DateTimeOffset target)
    {
        lock (gate)
        {
            var due = timers.Where(t => t.Due <= target).OrderBy(static t => t.Due).ThenBy(static t => t.Id).FirstOrDefault();
            if (due is null) return null;
            if (now < due.Due) now = due.Due;
            timers.Remove(due);
            // A timer that repeats at once would never let the clock move on.
            if (due.Period > TimeSpan.Zero) Arm(due, now + due.Period, due.Period);
            return due;
        }
    }

    private void Arm(FakeTimer timer, DateTimeOffset due, TimeSpan period)
    {
        timers.Remove(timer);
        (timer.Due, timer.Period, timer.Id) = (due, period, ++lastId);
        timers.Add(timer);
    }

    private sealed class FakeTimer(FakeClock clock, TimerCallback callback, object? state) : ITimer
    {
        private bool isDisposed;

        public DateTimeOffset Due { get; set; }

        public TimeSpan Period { get; set; }

        public long Id { get; set; }

        public void Fire() => callback(state);

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock.gate)
            {
                if (isDisposed) return false;
                if (dueTime == Timeout.InfiniteTimeSpan) clock.timers.Remove(this);
                else clock.Arm(this, clock.now + dueTime, period == Timeout.InfiniteTimeSpan ? TimeSpan.Zero : period);
            }
            // A timer that is due at once fires with the next Advance, even by zero: never on the caller's thread unasked.
            return true;
        }

        public void Dispose()
        {
            lock (clock.gate)
            {
                isDisposed = true;
                clock.timers.Remove(this);
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
