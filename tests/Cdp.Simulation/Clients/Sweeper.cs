using Cdp.Core.Actors;
using Cdp.Core.Journal;
using Cdp.Core.Journal.Index;
using Cdp.Simulation.Grid;
using Cdp.Simulation.Running;
using Cdp.Simulation.Scheduling;

namespace Cdp.Simulation.Clients;

/// <summary>Looks at customers whose time has come, until nobody is due: the sweep of a silo, one customer after the other.</summary>
internal sealed class Sweeper(World world)
{
    private const int Page = 100;
    private const int LeaseMs = 1_000;
    private const int MaxTries = 100;
    private readonly Life _life = new("sweeper");

    public bool IsDone { get; private set; }

    public void Start() => _ = RunAsync();

    private async Task RunAsync()
    {
        var actors = new SimActors(world, new Endpoint(_life, world.Silos[0]));
        while (await UntilDoneAsync(() => world.Store.Index.ClaimDueAsync(world.Scheduler.Clock.NowMs, LeaseMs, Page)) is { Count: > 0 } due)
        {
            foreach (var customer in due)
            {
                var settled = await SettleAsync(actors.Customer(World.Workspace, customer.Stream), customer);
                await UntilDoneAsync(async () =>
                {
                    await world.Store.Index.RescheduleAsync(customer, settled?.Version ?? customer.Version, settled?.NextMs);
                    return true;
                });
            }
        }

        IsDone = true;
    }

    /// <summary>A disk that fails may fail here as well; both may be done twice.</summary>
    private async Task<T> UntilDoneAsync<T>(Func<ValueTask<T>> work)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                return world.Store.Look(_ => work());
            }
            catch (UnknownCommitOutcomeException) when (tries < MaxTries)
            {
                await PauseAsync();
            }
        }
    }

    private async Task<Settled?> SettleAsync(ICustomer actor, DueCustomer customer)
    {
        for (var tries = 1; ; tries++)
        {
            var answer = await actor.SettleAsync(customer.Version);
            if (answer.Status is CallStatus.Done or CallStatus.NotMine) return answer.Value;
            if (tries == MaxTries) throw new InvalidOperationException($"{customer.Stream} answers {answer.Status}.");
            await PauseAsync();
        }
    }

    private Task PauseAsync()
    {
        var done = new TaskCompletionSource();
        world.Scheduler.Clock.Call(_life, TimeSpan.FromMilliseconds(100), "the sweeper goes on", () => done.TrySetResult());
        return done.Task;
    }
}
