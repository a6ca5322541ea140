using Cdp.Grains.Customers;
using Cdp.Grains.Identifiers;

namespace Cdp.Grains;

/// <summary>How much of the grid is in this silo's memory.</summary>
public sealed class ActivationCounts
{
    private readonly ActiveCustomers _customers;
    private readonly ActiveIdentifiers _identifiers;
    private readonly OwnerCache _owners;

    internal ActivationCounts(ActiveCustomers customers, ActiveIdentifiers identifiers, OwnerCache owners) =>
        (_customers, _identifiers, _owners) = (customers, identifiers, owners);

    /// <summary>Customers that are active here.</summary>
    public int Customers => _customers.Count;

    /// <summary>Identifiers that are active here.</summary>
    public int Identifiers => _identifiers.Count;

    /// <summary>Identifiers whose owner is remembered here for reads.</summary>
    public int KnownOwners => _owners.Count;
}
