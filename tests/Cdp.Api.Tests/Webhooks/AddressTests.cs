using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Cdp.Api.Tests.Webhooks.Support;
using Cdp.Core.Journal.Index;
using Cdp.Core.Webhooks;

namespace Cdp.Api.Tests.Webhooks;

public sealed class AddressTests
{
    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("localhost")]
    [InlineData("[::1]")]
    [InlineData("[::ffff:127.0.0.1]")]
    [InlineData("2130706433")]
    [InlineData("0x7f.1")]
    [InlineData("0.0.0.0")]
    public async Task Addresses_that_are_not_public_are_refused(string host)
    {
        await using var receiver = await Receiver.StartAsync();
        await using var delivering = Delivering.Start(allowed: "");

        Assert.Equal(WebhookCodes.AddressRefused, await CodeAsync(delivering, $"http://{host}:{receiver.Port}/in"));
        Assert.Empty(receiver.Requests);
    }

    [Fact]
    public async Task Only_endpoints_that_ask_for_it_reach_what_is_listed()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var delivering = Delivering.Start();

        Assert.Equal(WebhookCodes.AddressRefused, await CodeAsync(delivering, $"https://127.0.0.1:{receiver.Port}/in", allowPrivate: false));
        Assert.Empty(receiver.Requests);
    }

    [Fact]
    public async Task A_name_is_looked_up_once_and_that_very_address_is_connected_to()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var delivering = Delivering.Start(allowed: "\"127.0.0.1/32\"");
        var answers = new Queue<string>(["127.0.0.1", "127.0.0.2", "127.0.0.1"]);
        var asked = new List<string>();
        delivering.Resolve = (host, _) =>
        {
            asked.Add(host);
            return Task.FromResult<IPAddress[]>([IPAddress.Parse(answers.Dequeue())]);
        };
        receiver.Answer = static context =>
        {
            context.Response.Headers.Connection = "close";
            return Task.CompletedTask;
        };

        Assert.Null(await CodeAsync(delivering, $"http://rebind.example:{receiver.Port}/in"));
        Assert.Equal(["rebind.example"], asked);
        Assert.Equal($"rebind.example:{receiver.Port}", receiver.Requests.Single().Header("host"));

        // The next connection looks anew, and finds another answer.
        await delivering.PutAsync("crm", "m2");
        Assert.Equal(WebhookCodes.AddressRefused, (await delivering.AttemptsAsync("crm", 2))[0].Code);
        Assert.Equal(2, asked.Count);
        Assert.Single(receiver.Requests);
    }

    [Fact]
    public async Task Of_several_addresses_only_those_that_may_be_reached_are_tried()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var delivering = Delivering.Start(allowed: "\"127.0.0.1/32\"");
        delivering.Resolve = static (_, _) => Task.FromResult<IPAddress[]>([IPAddress.Parse("169.254.169.254"), IPAddress.Parse("::1"), IPAddress.Loopback]);

        Assert.Null(await CodeAsync(delivering, $"http://several.example:{receiver.Port}/in"));
    }

    [Fact]
    public async Task A_name_without_address_and_a_closed_port_are_told_apart()
    {
        await using var delivering = Delivering.Start();
        delivering.Resolve = static (host, _) => host == "none.example" ? throw new SocketException((int)SocketError.HostNotFound) : Task.FromResult<IPAddress[]>([IPAddress.Loopback]);
        // Bound and not listening: a connection is refused, and nobody else gets the port meanwhile.
        using var bound = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        bound.Bind(new IPEndPoint(IPAddress.Loopback, 0));

        Assert.Equal(WebhookCodes.Dns, await CodeAsync(delivering, "http://none.example/in"));
        Assert.Equal(WebhookCodes.Connection, await CodeAsync(delivering, $"http://closed.example:{((IPEndPoint)bound.LocalEndPoint!).Port}/in", id: "closed"));
    }

    [Fact]
    public async Task A_certificate_that_nobody_vouches_for_is_refused()
    {
        using var key = RSA.Create(2_048);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UnixEpoch.AddYears(50), DateTimeOffset.UnixEpoch.AddYears(90));
        await using var receiver = await Receiver.StartAsync(certificate);
        await using var delivering = Delivering.Start();

        Assert.Equal(WebhookCodes.Tls, await CodeAsync(delivering, $"https://localhost:{receiver.Port}/in"));
        Assert.Empty(receiver.Requests);
    }

    private static async Task<string?> CodeAsync(Delivering delivering, string url, bool allowPrivate = true, string id = "crm")
    {
        await delivering.DefineAsync(id, url, allowPrivate: allowPrivate);
        await delivering.PutAsync(id, "m1");
        var attempt = Assert.Single(await delivering.AttemptsAsync(id, 1));
        Assert.Equal(attempt.Code is null ? DeliveryStatus.Delivered : DeliveryStatus.Failed, attempt.Status);
        return attempt.Code;
    }
}
