using Cdp.Core.Identity;
using Cdp.Grains.Identifiers;

namespace Cdp.Grains.Tests.Grains;

public sealed class OwnerCacheTests
{
    private static readonly CustomerId s_first = new(Guid.NewGuid());
    private static readonly CustomerId s_second = new(Guid.NewGuid());

    [Fact]
    public void It_never_holds_more_than_its_bound_and_keeps_what_is_asked_for()
    {
        var cache = new OwnerCache(100);
        cache.Set("shop", Id(0), s_first);
        for (var i = 1; i < 10_000; i++)
        {
            cache.Set("shop", Id(i), s_second);
            Assert.InRange(cache.Count, 1, 100);
            Assert.Equal(s_first, cache.Find("shop", Id(0)));
        }

        Assert.Null(cache.Find("shop", Id(5_000)));
        Assert.Equal(s_second, cache.Find("shop", Id(9_999)));
    }

    [Fact]
    public void The_last_word_counts_and_a_wrong_one_can_be_taken_back()
    {
        var cache = new OwnerCache(100);
        cache.Set("shop", Id(1), s_first);
        cache.Set("shop", Id(1), s_second);
        Assert.Equal(s_second, cache.Find("shop", Id(1)));
        Assert.Null(cache.Find("other", Id(1)));

        cache.Remove("shop", Id(1), s_first);
        Assert.Equal(s_second, cache.Find("shop", Id(1)));
        cache.Remove("shop", Id(1), s_second);
        Assert.Null(cache.Find("shop", Id(1)));
        Assert.Equal(0, cache.Count);
    }

    private static Identifier Id(int i) => new("user_id", $"u{i}");
}
