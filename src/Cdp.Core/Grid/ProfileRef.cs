using Cdp.Core.Identity;

namespace Cdp.Core.Grid;

/// <summary>How a caller names a profile: by persistent id or by any of its identifiers. Exactly one of the two is set.</summary>
/// <param name="Id">The persistent id; an absorbed one answers with its survivor.</param>
/// <param name="Identifier">A normalised identifier.</param>
public readonly record struct ProfileRef(CustomerId? Id, Identifier? Identifier);
