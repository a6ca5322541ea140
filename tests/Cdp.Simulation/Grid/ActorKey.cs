using Cdp.Core.Identity;

namespace Cdp.Simulation.Grid;

/// <summary>An actor of the one workspace: a customer or an identifier.</summary>
internal readonly record struct ActorKey(CustomerId? Customer, Identifier? Identifier);
