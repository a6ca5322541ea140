using System.Net;
using Cdp.Core.Webhooks;

namespace Cdp.Core.Tests.Webhooks;

public sealed class AddressRulesTests
{
    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("10.0.0.1")]
    [InlineData("100.64.0.1")]
    [InlineData("100.127.255.255")]
    [InlineData("127.0.0.1")]
    [InlineData("127.255.255.254")]
    [InlineData("169.254.169.254")]
    [InlineData("172.16.0.1")]
    [InlineData("172.31.255.255")]
    [InlineData("192.0.0.192")]
    [InlineData("192.0.2.1")]
    [InlineData("192.168.1.1")]
    [InlineData("198.18.0.1")]
    [InlineData("198.19.255.255")]
    [InlineData("203.0.113.9")]
    [InlineData("224.0.0.1")]
    [InlineData("239.255.255.255")]
    [InlineData("240.0.0.1")]
    [InlineData("255.255.255.255")]
    [InlineData("::")]
    [InlineData("::1")]
    [InlineData("::127.0.0.1")]
    [InlineData("::ffff:127.0.0.1")]
    [InlineData("::ffff:169.254.169.254")]
    [InlineData("64:ff9b::10.0.0.1")]
    [InlineData("64:ff9b:1::1")]
    [InlineData("100::1")]
    [InlineData("2001::1")]
    [InlineData("2001:db8::1")]
    [InlineData("2002:7f00:1::1")]
    [InlineData("2002:808:808::1")]
    [InlineData("fc00::1")]
    [InlineData("fd00:ec2::254")]
    [InlineData("fe80::1")]
    [InlineData("fec0::1")]
    [InlineData("ff02::1")]
    public void What_is_not_public_is_refused(string address)
    {
        Assert.False(AddressRules.IsPublic(IPAddress.Parse(address)));
        Assert.False(new AddressRules([]).MayReach(IPAddress.Parse(address), allowPrivate: true, isSecure: true));
    }

    [Theory]
    [InlineData("1.1.1.1")]
    [InlineData("8.8.8.8")]
    [InlineData("100.63.255.255")]
    [InlineData("100.128.0.0")]
    [InlineData("172.15.255.255")]
    [InlineData("172.32.0.0")]
    [InlineData("223.255.255.255")]
    [InlineData("::ffff:8.8.8.8")]
    [InlineData("64:ff9b::8.8.8.8")]
    [InlineData("2606:4700:4700::1111")]
    public void What_is_public_is_reached_by_tls_only(string address)
    {
        Assert.True(AddressRules.IsPublic(IPAddress.Parse(address)));
        Assert.True(new AddressRules([]).MayReach(IPAddress.Parse(address), allowPrivate: false, isSecure: true));
        Assert.False(new AddressRules([IPNetwork.Parse("10.0.0.0/8")]).MayReach(IPAddress.Parse(address), allowPrivate: true, isSecure: false));
    }

    [Fact]
    public void Only_listed_networks_are_reached_and_only_by_endpoints_that_ask_for_it()
    {
        var rules = new AddressRules([IPNetwork.Parse("10.1.0.0/16"), IPNetwork.Parse("fd00::/8")]);

        Assert.True(rules.MayReach(IPAddress.Parse("10.1.2.3"), allowPrivate: true, isSecure: false));
        Assert.True(rules.MayReach(IPAddress.Parse("::ffff:10.1.2.3"), allowPrivate: true, isSecure: true));
        Assert.True(rules.MayReach(IPAddress.Parse("fd00::7"), allowPrivate: true, isSecure: true));
        Assert.False(rules.MayReach(IPAddress.Parse("10.1.2.3"), allowPrivate: false, isSecure: true));
        Assert.False(rules.MayReach(IPAddress.Parse("10.2.2.3"), allowPrivate: true, isSecure: true));
        Assert.False(rules.MayReach(IPAddress.Parse("169.254.169.254"), allowPrivate: true, isSecure: true));
    }
}
