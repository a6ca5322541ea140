using Cdp.Core.Actors;
using Cdp.Core.Events;
using Cdp.Core.Grid;
using Cdp.Core.Identity;

namespace Cdp.Standalone.Actors;

/// <summary>An identifier in this process: the Core actor behind a mailbox.</summary>
internal sealed class LocalIdentifier(string workspace, Identifier identifier, LocalActors actors, ActorServices services) : Mailbox
{
    private readonly IdentifierActor _actor = new(workspace, identifier, actors, services);

    public CustomerId? Owner
    {
        get => _actor.Owner;
        set => _actor.Owner = value;
    }

    public async Task<IReadOnlyList<EventOutcome>> RouteAsync(IReadOnlyList<CustomerEvent> run)
    {
        var entry = this;
        while (!await entry.EnterAsync())
        {
            await Task.Yield();
            entry = actors.Find(workspace, identifier);
        }

        try
        {
            return await entry._actor.RouteAsync(run);
        }
        finally
        {
            entry.Exit();
        }
    }
}
