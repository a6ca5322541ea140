using Cdp.Client.Grains;

namespace Cdp.Grains.Tests.Support;

/// <summary>Counts calls of our grains that leave a caller on a silo.</summary>
internal sealed class CallCount
{
    private int _count;

    public int Count => Volatile.Read(ref _count);

    public sealed class Filter(CallCount calls) : IOutgoingGrainCallFilter
    {
        public Task Invoke(IOutgoingGrainCallContext context)
        {
            if (context.InterfaceName.StartsWith(typeof(ICustomerGrain).Namespace!, StringComparison.Ordinal)) Interlocked.Increment(ref calls._count);
            return context.Invoke();
        }
    }
}
