using Cdp.Core.Events;
using static Cdp.Core.Tests.Events.Parsing;

namespace Cdp.Core.Tests.Events;

public class EventEvidenceTests
{
    [Theory]
    [InlineData("")]
    [InlineData(",\"context\":{}")]
    [InlineData(",\"context\":{\"library\":{\"name\":\"x\"}}")]
    [InlineData(",\"context\":{\"page\":5,\"campaign\":[],\"device\":\"x\",\"os\":1,\"userAgent\":{},\"ip\":7}")]
    [InlineData(",\"context\":{\"page\":{\"url\":5,\"title\":\"\"},\"os\":{\"name\":\"\",\"version\":\"\"},\"device\":{\"id\":null}}")]
    public void Nothing_known_and_wrong_types_are_no_evidence(string more) => Assert.Null(Accept(Track(more)).Evidence);

    [Fact]
    public void A_page_call_describes_its_page_in_properties_and_falls_back_on_the_context()
    {
        var page = Accept("""
            {"type":"page","userId":"u1","name":"Home","category":"Docs","properties":{"url":"https://ex.com/a","path":"/a","name":"ignored"},
             "context":{"page":{"url":"https://ex.com/b","title":"T","referrer":"$direct"}}}
            """);
        Assert.Equal(new PageView("https://ex.com/a", "/a", "T", null, "Home"), page.Evidence!.Page);
        Assert.Equal("Docs", page.Category);
        Assert.Null(page.Evidence.Touch);
    }

    [Fact]
    public void A_track_knows_the_page_of_its_context_only() => Assert.Equal(
        new PageView("https://ex.com/b", null, null, null, null),
        Accept(Track(""","properties":{"url":"https://other.example/"},"context":{"page":{"url":"https://ex.com/b"}}""")).Evidence!.Page);

    [Fact]
    public void A_campaign_of_the_context_counts_as_a_whole_before_the_url()
    {
        var touch = Accept(Track(""","context":{"campaign":{"source":"news","name":"spring"},"page":{"url":"https://ex.com/?utm_medium=mail&gclid=G1"}}""")).Evidence!.Touch;
        Assert.Equal(new Touch("news", null, "spring", null, null, "gclid:G1", null, "https://ex.com/?utm_medium=mail&gclid=G1"), touch);
    }

    [Theory]
    [InlineData("https://ex.com/?utm_source=a%20b&utm_medium=c+d&utm_campaign=e&utm_term=f&utm_content=g#utm_source=no", "a b|c d|e|f|g|")]
    [InlineData("https://ex.com/?x=1&fbclid=F1&utm_source=", "|||||fbclid:F1")]
    [InlineData("https://ex.com/?utm_source=%00", null)]
    [InlineData("https://ex.com/?utm_source=%ff%", "%ff%|||||")]
    [InlineData("https://ex.com/?&=&utm_source&gclid=", null)]
    public void Without_one_the_urls_query_is_read(string url, string? expected)
    {
        var touch = Accept(Track($",\"context\":{{\"page\":{{\"url\":\"{url}\"}}}}")).Evidence!.Touch;
        Assert.Equal(expected, touch is null ? null : string.Join('|', touch.Source, touch.Medium, touch.Campaign, touch.Term, touch.Content, touch.ClickId));
    }

    [Theory]
    [InlineData("gclid")]
    [InlineData("fbclid")]
    [InlineData("msclkid")]
    [InlineData("ttclid")]
    [InlineData("dclid")]
    [InlineData("gbraid")]
    [InlineData("wbraid")]
    public void Click_ids_name_their_network(string name) => Assert.Equal(
        $"{name}:V", Accept(Track($",\"context\":{{\"page\":{{\"search\":\"?{name}=V\"}}}}")).Evidence!.Touch!.ClickId);

    [Theory]
    [InlineData("https://www.google.com/search", "https://shop.example.com/", true)]
    [InlineData("https://example.com/", "https://shop.example.com/", false)]
    [InlineData("https://www.example.com:8443/x", "http://user@example.com/", false)]
    [InlineData("https://notexample.com/", "https://example.com/", true)]
    [InlineData("android-app://com.google.android.gm", "https://example.com/", true)]
    [InlineData("/relative", "https://example.com/", false)]
    [InlineData("$direct", "https://example.com/", false)]
    [InlineData("https://[::1]:80/", "https://[::1]/", false)]
    public void Only_a_referrer_on_another_site_is_a_touch(string referrer, string url, bool touch)
    {
        var evidence = Accept(Track($",\"context\":{{\"page\":{{\"url\":\"{url}\",\"referrer\":\"{referrer}\"}}}}")).Evidence!;
        Assert.Equal(touch ? referrer : null, evidence.Touch?.Referrer);
    }

    [Fact]
    public void A_device_is_known_by_its_id_else_by_a_stable_hash()
    {
        var phone = Accept(Track(""","context":{"device":{"id":"d1","type":"ios","manufacturer":"Apple","model":"iPhone15,2"},"os":{"name":"iOS","version":"17.1"}}"""));
        Assert.Equal(new DeviceInfo("d1", "ios", "Apple", "iPhone15,2", "iOS 17.1", null), phone.Evidence!.Device);
        var browser = Accept(Track(""","context":{"userAgent":"Mozilla/5.0"}""")).Evidence!.Device!;
        Assert.Equal("h:acbdc02f44cdff09", browser.Key);
    }

    [Fact]
    public void The_ip_is_the_one_that_the_event_carries() =>
        Assert.Equal("10.1.1.1", Accept(Track(""","context":{"ip":"10.1.1.1"}""")).Evidence!.Ip);

    [Fact]
    public void Long_texts_are_cut_without_halving_a_character()
    {
        var title = new string('a', 2_047) + "😀";
        var page = Accept(Track($",\"context\":{{\"page\":{{\"title\":\"{title}\"}}}}")).Evidence!.Page!;
        Assert.Equal(new string('a', 2_047), page.Title);
    }
}
