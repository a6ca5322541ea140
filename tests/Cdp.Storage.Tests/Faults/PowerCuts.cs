using Cdp.Testing.Sqlite;

namespace Cdp.Storage.Tests.Faults;

/// <summary>Cuts the power at some of a disk's calls, drawn from a seed, and keeps for each cut what had been acknowledged before it.</summary>
internal sealed class PowerCuts(string images, int seed, Func<Acknowledged> acknowledged)
{
    private const int Most = 8, OneIn = 80, OneInAfterFault = 3;

    // What a fault leaves is soon written over.
    private const int CallsAfterFault = 4;

    private readonly Lock gate = new();
    private readonly Random random = new(seed);
    private readonly List<(string Image, Acknowledged Acknowledged)> cuts = [];
    private int callsSinceFault = CallsAfterFault;

    public IReadOnlyList<(string Image, Acknowledged Acknowledged)> Cuts => cuts;

    /// <summary>To be called before each call to the disk; gives back the fault that the call has anyway.</summary>
    public Fault? MayCut(FaultDisk disk, Fault? fault)
    {
        lock (gate)
        {
            var oneIn = callsSinceFault++ < CallsAfterFault ? OneInAfterFault : OneIn;
            if (fault is not null) callsSinceFault = 0;
            if (cuts.Count == Most || random.Next(oneIn) != 0) return fault;
            var cut = (Image: Path.Combine(images, $"{cuts.Count}"), acknowledged());
            disk.Cut(cut.Image, random.Next());
            cuts.Add(cut);
        }
        return fault;
    }
}
