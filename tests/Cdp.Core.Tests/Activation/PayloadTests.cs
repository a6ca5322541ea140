using System.Text;
using System.Text.Json;
using Cdp.Core.Activation;
using Cdp.Core.Activation.State;
using Cdp.Core.Audiences.Membership;
using Cdp.Core.Tests.Profiles;

namespace Cdp.Core.Tests.Activation;

/// <summary>What leaves: the fields that a payload lists, with their JSON types, and nothing else.</summary>
public sealed class PayloadTests
{
    private static readonly Profile Known = new() { Traits = { ["first_name"] = "\"J\\u00fcrgen \\\"J\\\"\"", ["address"] = """{"city":"Oslo","zip":150}""", ["vip"] = "true", ["gone"] = "null" } };

    [Theory]
    [InlineData("{{profile.traits.first_name}}", "\"Jürgen \\\"J\\\"\"")]
    [InlineData("Hi {{profile.traits.first_name}}!", "\"Hi Jürgen \\\"J\\\"!\"")]
    [InlineData("{{profile.traits.address}}", """{"city":"Oslo","zip":150}""")]
    [InlineData("{{profile.traits.address.zip}}", "150")]
    [InlineData("at {{profile.traits.address.zip}}", "\"at 150\"")]
    [InlineData("{{profile.traits.address}}.", "\"{\\\"city\\\":\\\"Oslo\\\",\\\"zip\\\":150}.\"")]
    [InlineData("{{profile.traits.vip}}", "true")]
    [InlineData("{{profile.traits.gone}}", "null")]
    [InlineData("{{profile.traits.missing}}", "null")]
    [InlineData("[{{profile.traits.missing}}]", "\"[]\"")]
    [InlineData("{{profile.traits.missing|default:\\\"friend\\\"}}", "\"friend\"")]
    [InlineData("{{ profile.traits.gone | default: 7 }}", "7")]
    [InlineData("Hi {{profile.traits.missing | default: \\\"you \\\\\\\"there\\\\\\\"\\\"}}", "\"Hi you \\\"there\\\"\"")]
    [InlineData("{{profile.id}}", "\"01890000-0000-7000-8000-000000000001\"")]
    [InlineData("{{profile.identifiers.email}}", "\"e@example.test\"")]
    [InlineData("{{profile.identifiers.phone}}", "null")]
    [InlineData("{{event.name}}/{{event.type}}/{{event.messageId}}", "\"Bought/track/m1\"")]
    [InlineData("{{event.properties.items}}", """[{"sku":"a"},1.50]""")]
    [InlineData("{{event.properties.total}}", "1.50")]
    [InlineData("{{event.context.page.path}}", "\"/p\"")]
    [InlineData("{{event.timestamp}}", "\"2026-01-01T00:00:01.234Z\"")]
    [InlineData("{{now}}", "\"2026-01-01T00:00:02.000Z\"")]
    [InlineData("{{trigger.id}}@{{trigger.version}}", "\"t@1\"")]
    [InlineData("no placeholder } } {", "\"no placeholder } } {\"")]
    public void A_placeholder_is_filled_in(string template, string json)
    {
        var plan = Kit.Plan(Kit.OnEvent("Bought", more: $$""","payload":{"x":"{{template}}"}"""));
        var e = Kit.Event(1_234, "m1", more: ""","properties":{"total":1.50,"items":[{"sku":"a"},1.50]},"context":{"page":{"path":"/p"}}""");
        var payload = ActivationPolicy.Decide(plan, [e], Kit.Facts(Known), ActivationState.Empty, Make.Start + 2_000).Payload();
        Assert.Equal(JsonSerializer.Serialize(JsonDocument.Parse(json)), JsonSerializer.Serialize(payload.GetProperty("x")));
        Assert.Equal(json[0] == '"' ? JsonValueKind.String : payload.GetProperty("x").ValueKind, payload.GetProperty("x").ValueKind);
    }

    [Fact]
    public void A_message_says_what_it_is_and_carries_no_more_than_its_payload()
    {
        var plan = Kit.Plan(Kit.OnEvent("Bought", $$"""{"consent":{{Kit.Consented}}}""", ""","message":"sale","payload":{"list":[1,null,{"deep":"{{decision.id}}"}]}"""));
        var outcome = ActivationPolicy.Decide(plan, [Kit.Event(0, "m1")], Kit.Facts(Known), ActivationState.Empty, Make.Start);
        var message = Assert.Single(outcome.Messages);
        var id = Assert.Single(outcome.Record!.Decisions).Id;
        Assert.Equal(("webhook:crm", id, Make.Stream(1), Make.Start), (message.Queue, message.Id, message.Stream, message.NotBeforeMs));
        Assert.Equal(
            $$$"""{"id":"{{{id}}}","trigger":"t","version":1,"at":"2026-01-01T00:00:00.000Z","channel":"push","purpose":"marketing","message":"sale","payload":{"list":[1,null,{"deep":"{{{id}}}"}]}}""",
            Encoding.UTF8.GetString(message.Body.Span));
    }

    [Fact]
    public void Without_a_payload_it_is_who_and_what()
    {
        var plan = Kit.Plan(
            Kit.OnEvent("Bought", id: "e"),
            """{"id":"f","when":{"fence":["shop"]},"then":[{"webhook":"crm"}]}""",
            """{"id":"g","when":{"fenceTag":["shops"],"on":["dwell"]},"then":[{"webhook":"crm"}],"payload":{"x":["{{fence.move}}","{{fence.tags}}","{{fence.dwellSeconds}}"]}}""");
        Assert.Equal(
            """{"profile":{"id":"01890000-0000-7000-8000-000000000001"},"event":{"name":"Bought","messageId":"m1","timestamp":"2026-01-01T00:00:00.000Z"}}""",
            Payload(Kit.Event(0, "m1")));
        Assert.Equal(
            """{"profile":{"id":"01890000-0000-7000-8000-000000000001"},"fence":{"id":"shop","move":"enter","at":"2026-01-01T00:00:00.000Z"}}""", Payload(Fence(FenceMove.Enter)));
        Assert.Equal("""{"x":["dwell",["shops","oslo"],12.5]}""", Payload(Fence(FenceMove.Dwell)));

        string Payload(Occasion occasion) => ActivationPolicy.Decide(plan, [occasion], Kit.Facts(Known), ActivationState.Empty, Make.Start).Payload().GetRawText();
        Occasion Fence(FenceMove move) => Occasion.OfFence(new("tr-" + move, Make.Stream(1), "shop", ["shops", "oslo"], move, Make.Start, false, 12.5));
    }

    [Fact]
    public void An_entry_into_an_audience_is_named()
    {
        var audiences = Kit.Computed().With("vip", Kit.Source("""{"id":"vip","rule":{"event":"Bought"}}"""));
        var plan = Kit.Plan(null, audiences, """{"id":"t","when":{"audience":"vip"},"then":[{"stream":"out"},{"sse":true}]}""");
        var change = new MembershipChange("vip", 1, ChangeKind.Enter, Make.Start, ChangeCause.Event, false);
        var outcome = ActivationPolicy.Decide(plan, [Occasion.OfAudience(change, Make.Stream(1))], Kit.Facts(), ActivationState.Empty, Make.Start);
        Assert.Equal(["stream:out", "sse:t"], outcome.Messages.Select(m => m.Queue));
        Assert.Single(outcome.Messages.Select(m => m.Id).Distinct());
        Assert.EndsWith(
            "\"audience\":{\"id\":\"vip\",\"change\":\"enter\",\"at\":\"2026-01-01T00:00:00.000Z\"}}}", Encoding.UTF8.GetString(outcome.Messages[0].Body.Span), StringComparison.Ordinal);
        Assert.Null(ActivationPolicy.Decide(plan, [Occasion.OfAudience(change with { Kind = ChangeKind.Exit }, Make.Stream(1))], Kit.Facts(), outcome.State, Make.Start).Record);
    }

    [Fact]
    public void A_payload_over_its_size_is_not_sent()
    {
        var plan = Kit.Plan(Kit.OnEvent("Bought", """{"caps":[{"max":1,"within":"1d"}]}""", ""","payload":{"a":"{{profile.traits.long}}"}"""));
        Assert.Equal(DecisionCodes.Acted, Decide(32_768 - """{"a":""}""".Length).Code());
        var outcome = Decide(32_769 - """{"a":""}""".Length);
        Assert.Equal(DecisionCodes.PayloadTooLarge, outcome.Code());
        Assert.Empty(outcome.Messages);
        Assert.Equal(DecisionCodes.Acted, ActivationPolicy.Decide(plan, [Kit.Event(1, "m2")], Kit.Facts(), outcome.State, Make.Start + 1).Code());

        ActivationOutcome Decide(int chars) => ActivationPolicy.Decide(
            plan, [Kit.Event(0, "m1")], Kit.Facts(new() { Traits = { ["long"] = $"\"{new string('x', chars)}\"" } }), ActivationState.Empty, Make.Start);
    }
}
