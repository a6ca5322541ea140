namespace Cdp.Testing.Sqlite;

/// <summary>Faults drawn from a seed: at some calls the disk begins to fail in some way, and some calls later it has recovered.</summary>
public sealed class FaultPlan
{
    private readonly List<Outage> outages = [];

    /// <summary>Draws a plan.</summary>
    /// <param name="seed">The same one gives the same plan.</param>
    /// <param name="outages">How many times the disk begins to fail.</param>
    /// <param name="commits">About how many commits the plan is spread over; at least 1.</param>
    public FaultPlan(int seed, int outages, int commits)
    {
        var random = new Random(seed);
        for (var i = 0; i < outages; i++) this.outages.Add(Draw(random, commits));
    }

    /// <summary>The plan's answer to a call.</summary>
    public Fault? Next(DiskCall call) => outages.Find(o => o.Holds(call))?.Fault;

    /// <summary>The outages, one a line.</summary>
    public override string ToString() => string.Join(Environment.NewLine, outages);

    private static Outage Draw(Random random, int commits)
    {
        var file = random.Next(4) == 0 ? DiskFileKind.Main : DiskFileKind.Log;
        // A commit writes some pages to the log and syncs once; the main file is only written by checkpoints.
        var writes = random.Next(commits * 4);
        var syncs = random.Next(file == DiskFileKind.Log ? commits : 1 + (commits / 10));
        return random.Next(10) switch
        {
            0 or 1 => new(file, DiskOperation.Write, writes, 1, Fault.ShortWrite(random.Next(4096))),
            2 => new(file, DiskOperation.Write, writes, random.Next(1, 12), Fault.DiskFull(random.Next(4096))),
            3 => new(file, DiskOperation.Write, writes, random.Next(1, 12), Fault.IoError),
            // Refused more often than SQLite asks within the journal's patience, or only a few times.
            4 => new(DiskFileKind.Main, DiskOperation.Lock, random.Next(commits), random.Next(2) == 0 ? 100 : 5, Fault.Busy),
            5 => new(file, DiskOperation.Open, random.Next(3), random.Next(1, 4), Fault.CannotOpen),
            6 => new(file, DiskOperation.Truncate, random.Next(2), random.Next(1, 4), Fault.IoError),
            _ => new(file, DiskOperation.Sync, syncs, random.Next(1, 4), Fault.SyncFailed(Effects[random.Next(Effects.Length)])),
        };
    }

    private static readonly FaultEffect[] Effects = [FaultEffect.Nothing, FaultEffect.All, FaultEffect.Loss];

    private sealed record Outage(DiskFileKind File, DiskOperation Operation, int From, int Calls, Fault Fault)
    {
        public bool Holds(DiskCall call) =>
            call.File == File && call.Operation == Operation && call.Number >= From && call.Number < From + Calls;
    }
}
