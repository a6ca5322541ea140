using Cdp.Client;
using Cdp.Client.Grains;
using Cdp.Client.Messages;
using Cdp.Core.Actors;

namespace Cdp.Grains.Identifiers;

/// <summary>
/// An identifier on this silo: the Core actor behind Orleans' queue. Its key holds a hash; the identifier itself comes with every event that it anchors.
/// </summary>
[GrainType(GrainReferences.IdentifierName)]
internal sealed class IdentifierGrain : IBoundedGrain, IIdentifierGrain, IDisposable
{
    private readonly string _workspace;
    private readonly ActiveIdentifiers _active;
    private readonly GrainActors _actors;
    private readonly ActorServices _services;
    private IdentifierActor? _actor;

    public IdentifierGrain(IGrainContext context, ActiveIdentifiers active, GrainActors actors, ActorServices services)
    {
        GrainContext = context;
        _workspace = GrainKeys.WorkspaceOf(context.GrainId.Key.ToString()!) ?? throw new ArgumentException("This is no identifier's key.", nameof(context));
        (_active, _actors, _services) = (active, actors, services);
    }

    public IGrainContext GrainContext { get; }

    public int LastUsed { get; set; }

    public Task OnActivateAsync(CancellationToken token)
    {
        _active.Add(GrainContext.GrainId, this);
        return Task.CompletedTask;
    }

    public void Dispose() => _active.Remove(GrainContext.GrainId, this);

    public async ValueTask<RouteReply> RouteAsync(RouteRequest request)
    {
        _active.Touch(this);
        _actor ??= new IdentifierActor(_workspace, request.Events[0].Identifiers[0], _actors, _services);
        return new([.. await _actor.RouteAsync(request.Events)]);
    }
}
