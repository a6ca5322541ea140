namespace Cdp.Simulation.Plans;

/// <summary>What the adversary does in one step besides choosing what happens next.</summary>
internal enum Fault : byte
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Hits what was picked: a message is dropped or doubled, an operation of the store fails.</summary>
    Hit,

    /// <summary>The store fails in one way for several operations on end.</summary>
    Outage,

    /// <summary>An idle actor leaves memory.</summary>
    LeaveMemory,

    /// <summary>An actor is lost, wherever it is in its turn.</summary>
    LoseActor,

    /// <summary>A silo dies and comes back empty.</summary>
    KillSilo,

    /// <summary>All silos die and come back empty.</summary>
    RestartAll,

    /// <summary>A silo loses sight of the others and they of it, or they find each other again.</summary>
    SplitOrHeal,

    /// <summary>A silo takes another silo for the home of an actor.</summary>
    WrongRoute,

    /// <summary>An identifier remembers a wrong owner.</summary>
    StaleHint,

    /// <summary>The clock jumps.</summary>
    Jump,
}

/// <summary>One step of a schedule. The default value is the dullest one: the oldest thing happens, and no fault.</summary>
/// <param name="Pick">Chooses what happens next, modulo the number of choices.</param>
/// <param name="Fault">The fault of the step.</param>
/// <param name="Argument">Chooses whom or how the fault hits.</param>
internal readonly record struct Decision(int Pick, Fault Fault, int Argument);
