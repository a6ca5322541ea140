using Cdp.Core.Events;

namespace Cdp.Core.Tests.Events;

internal static class SameEvent
{
    public static void Check(CustomerEvent expected, CustomerEvent actual)
    {
        Assert.Equal(expected.MessageId, actual.MessageId);
        Assert.Equal(expected.MessageHash, actual.MessageHash);
        Assert.Equal(expected.Type, actual.Type);
        Assert.Equal(expected.Name, actual.Name);
        Assert.Equal(expected.Category, actual.Category);
        Assert.Equal(expected.TimeMs, actual.TimeMs);
        Assert.Equal(expected.ReceivedAtMs, actual.ReceivedAtMs);
        Assert.Equal(expected.Identifiers, actual.Identifiers);
        Assert.Equal(expected.PreviousId, actual.PreviousId);
        Assert.Equal(expected.LeftOut, actual.LeftOut);
        Assert.Equal(expected.Source, actual.Source);
        Assert.Equal(expected.Traits.Text(), actual.Traits.Text());
        Assert.Equal(expected.Properties.Text(), actual.Properties.Text());
        Assert.Equal(expected.Context.Text(), actual.Context.Text());
        Assert.Equal(expected.Evidence, actual.Evidence);
        Assert.Equal(expected.Body.Text(), actual.Body.Text());
    }
}
