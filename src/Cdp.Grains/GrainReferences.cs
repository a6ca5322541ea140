using Cdp.Client;
using Cdp.Client.Grains;
using Cdp.Core.Identity;

namespace Cdp.Grains;

/// <summary>References to the grains that events go to. Orleans' generic look-up reads the attributes of the interface for each of them.</summary>
internal static class GrainReferences
{
    /// <summary>The type and the interface of a customer's grain.</summary>
    public const string CustomerName = "cdp.customer";

    /// <summary>The type and the interface of an identifier's grain.</summary>
    public const string IdentifierName = "cdp.identifier";

    private static readonly GrainType s_customerType = GrainType.Create(CustomerName);
    private static readonly GrainInterfaceType s_customerInterface = GrainInterfaceType.Create(CustomerName);
    private static readonly GrainType s_identifierType = GrainType.Create(IdentifierName);
    private static readonly GrainInterfaceType s_identifierInterface = GrainInterfaceType.Create(IdentifierName);

    /// <summary>A customer's grain.</summary>
    public static ICustomerGrain Customer(IGrainFactory grains, string workspace, CustomerId id) =>
        (ICustomerGrain)grains.GetGrain(GrainId.Create(s_customerType, GrainKeys.Of(workspace, id)), s_customerInterface);

    /// <summary>An identifier's grain.</summary>
    public static IIdentifierGrain Identifier(IGrainFactory grains, string workspace, Identifier identifier) =>
        (IIdentifierGrain)grains.GetGrain(GrainId.Create(s_identifierType, GrainKeys.Of(workspace, identifier)), s_identifierInterface);
}
