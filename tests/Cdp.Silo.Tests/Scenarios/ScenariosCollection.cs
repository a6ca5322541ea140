namespace Cdp.Silo.Tests.Scenarios;

/// <summary>One cluster at a time: they would starve each other of the machine.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class ScenariosCollection
{
    public const string Name = "clusters of processes";
}
