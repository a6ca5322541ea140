using System.Text.Json;
using Cdp.Api.Tests.Support;
using Cdp.Api.Tests.Webhooks.Support;
using Cdp.Testing.Waiting;

namespace Cdp.Api.Tests.Webhooks;

/// <summary>From a position to the signed call, with the real engine behind, and what keeps it back.</summary>
public sealed class TriggeredTests : IAsyncLifetime
{
    private static readonly string Loopback =
        ApiServer.TwoWorkspaces.Replace("""{"Cdp":{""", """{"Cdp":{"Webhooks":{"AllowPrivateAddresses":["127.0.0.0/8"]},""", StringComparison.Ordinal);

    private ApiServer _server = null!;
    private Receiver _receiver = null!;

    public async Task InitializeAsync()
    {
        _server = await ApiServer.StartRealAsync(Loopback);
        _receiver = await Receiver.StartAsync();
        await PutAsync("webhooks/push", $$"""{"id":"push","url":"{{_receiver.Url}}","allowPrivate":true}""");
        await PutAsync("geofences/shop", """{"id":"shop","geometry":{"type":"Circle","center":[10.75,59.91],"radiusMeters":100},"tags":["shops"],"confirmFixes":1}""");
        await _server.PostAsync("/v1/identify", """{"userId":"jo","traits":{"first_name":"Jo"}}""");
    }

    public async Task DisposeAsync()
    {
        await _server.DisposeAsync();
        await _receiver.DisposeAsync();
    }

    [Fact]
    public async Task A_position_becomes_one_signed_call_with_chosen_fields()
    {
        await SecretAsync();
        await PutAsync("triggers/near", """
            {"id":"near","when":{"fenceTag":["shops"]},"then":[{"webhook":"push"}],"payload":{"text":"Hi {{profile.traits.first_name}}","shop":"{{fence.id}}"}}
            """);
        await MoveAsync();
        await Eventually.TrueAsync("it is received", Delivering.Patience, () => !_receiver.Requests.IsEmpty);
        var request = Assert.Single(_receiver.Requests);
        var body = JsonDocument.Parse(request.Body).RootElement;
        Assert.Equal(("Hi Jo", "shop"), (body.GetProperty("payload").GetProperty("text").GetString(), body.GetProperty("payload").GetProperty("shop").GetString()));
        var decision = (await _server.GetAsync("/v1/profiles/user_id:jo/decisions")).Json.GetProperty("decisions")[0];
        Assert.Equal(decision.GetProperty("id").GetString(), request.Header("webhook-id"));
        Assert.StartsWith("v1,", request.Header("webhook-signature"), StringComparison.Ordinal);
        Assert.Equal("delivered", await OutcomeAsync());
    }

    [Fact]
    public async Task Consent_that_is_withdrawn_between_decision_and_delivery_keeps_the_call_back()
    {
        await PutAsync("triggers/near", """
            {"id":"near","when":{"fence":["shop"]},"if":{"consent":{"purpose":"marketing","channel":"push"}},"then":[{"webhook":"push"}]}
            """);
        await ConsentAsync("granted");
        await MoveAsync();
        Assert.Equal("acted", (await _server.GetAsync("/v1/profiles/user_id:jo/decisions")).Json.GetProperty("decisions")[0].GetProperty("code").GetString());
        await ConsentAsync("denied");
        // Nothing is sent before there is a secret: now delivery begins.
        await SecretAsync();
        await Eventually.TrueAsync("it is decided", Delivering.Patience, async () => await OutcomeAsync() is not null);
        Assert.Equal("no_consent", await OutcomeAsync());
        Assert.Empty(_receiver.Requests);
    }

    private async Task<string?> OutcomeAsync()
    {
        var deliveries = (await _server.GetAsync("/v1/webhooks/push/deliveries")).Json.GetProperty("deliveries");
        if (deliveries.GetArrayLength() == 0) return null;
        return deliveries[0].GetProperty("code").GetString() ?? deliveries[0].GetProperty("status").GetString();
    }

    private async Task PutAsync(string path, string definition)
    {
        var answer = await _server.SendJsonAsync(HttpMethod.Put, "/v1/" + path, definition);
        Assert.True(answer.Status == 200, answer.Body);
    }

    private Task SecretAsync() => _server.SendJsonAsync(HttpMethod.Post, "/v1/webhooks/push/secret", null);

    private Task ConsentAsync(string state) => _server.PostAsync("/v1/profiles/user_id:jo/consent", $$"""{"purpose":"marketing","channel":"push","state":"{{state}}"}""", "all");

    private async Task MoveAsync() => Assert.Contains(
        "\"enter\"", (await _server.PostAsync("/v1/positions", """{"positions":[{"ref":"user_id:jo","lat":59.91,"lon":10.75}]}""", "all")).Body, StringComparison.Ordinal);
}
