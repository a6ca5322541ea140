namespace Cdp.Standalone.Tests.Processes;

/// <summary>Tests that start servers run one after the other: they measure nothing, but they would starve each other of the machine.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class ProcessesCollection
{
    public const string Name = "server processes";
}
