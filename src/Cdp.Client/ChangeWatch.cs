using System.Threading.Channels;
using Cdp.Client.Grains;
using Cdp.Core.Identity;

namespace Cdp.Client;

/// <summary>
/// Signals a customer's changes wherever it is active, and outlives the silos that it is active on. A signal means no more than «look again»: one is
/// given whenever changes may have been missed.
/// </summary>
internal sealed class ChangeWatch : IDisposable
{
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(500);

    // A signal is lost with the silo that should have given it, and one of two activations does not hear of the other's changes.
    private static readonly TimeSpan s_lookAgain = TimeSpan.FromSeconds(10);

    private readonly CancellationTokenSource _stop;

    /// <summary>Starts it.</summary>
    /// <param name="grains">Where the customer is found.</param>
    /// <param name="workspace">The workspace.</param>
    /// <param name="customer">The customer.</param>
    /// <param name="changes">Gets the signals; completed when the watch ends.</param>
    /// <param name="clock">The time between two tries when nobody answers.</param>
    /// <param name="stopping">Ends it with the host.</param>
    public ChangeWatch(
        IGrainFactory grains, string workspace, CustomerId customer, ChannelWriter<bool> changes, TimeProvider clock, CancellationToken stopping = default)
    {
        _stop = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        var grain = grains.GetGrain<ICustomerGrain>(GrainKeys.Of(workspace, customer));
        // Outside of whatever grain's turn this is called in.
        _ = Task.Run(() => RunAsync(grain, changes, clock, _stop.Token), CancellationToken.None);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _stop.Cancel();
        _stop.Dispose();
    }

    private static async Task RunAsync(ICustomerGrain grain, ChannelWriter<bool> changes, TimeProvider clock, CancellationToken stop)
    {
        await using var looks = clock.CreateTimer(_ => changes.TryWrite(true), null, s_lookAgain, s_lookAgain);
        try
        {
            while (true)
            {
                try
                {
                    await foreach (var _ in grain.ChangesAsync(stop).WithCancellation(stop)) changes.TryWrite(true);
                }
                catch (Exception error) when (HostFaults.Is(error) && !stop.IsCancellationRequested)
                {
                    // Its silo stopped or is lost; it comes back on another one.
                }

                stop.ThrowIfCancellationRequested();
                changes.TryWrite(true);
                await Task.Delay(s_pause, clock, stop);
            }
        }
        catch (OperationCanceledException)
        {
            changes.TryComplete();
        }
#pragma warning disable CA1031 // Whoever waits on the channel has to hear of it.
        catch (Exception error)
#pragma warning restore CA1031
        {
            changes.TryComplete(error);
        }
    }
}
