using System.Globalization;
using System.Text;
using System.Text.Json;
using Cdp.Core.Events;
using Cdp.Core.Identity;
using FsCheck;
using FsCheck.Fluent;

namespace Cdp.Core.Tests.Events;

public class EventFuzzTests
{
    private const string Rich = """
        {"type":"identify","messageId":"m1","userId":"u1","anonymousId":"a1","timestamp":"2026-01-02T03:04:05.678+02:00","sentAt":1767323046,
         "traits":{"email":"A\u00e9@example.com","phone":"+44 (0)20 7946 0958","n":1.5e3},"properties":{"url":"https://ex.com/?utm_source=a%20b&gclid=x"},
         "context":{"traits":{"email":"b@example.com","x":[null,true,"\ud83d\ude00"]},"externalIds":[{"id":"c1","type":"crm_id","collection":"users"}],
          "device":{"id":"d","type":"ios","advertisingId":"i"},"os":{"name":"iOS","version":"1"},"campaign":{"source":"s"},"userAgent":"UA","ip":"10.0.0.1",
          "page":{"url":"https://ex.com/","referrer":"https://other.example/","title":"Ü"}}}
        """;

    private static readonly string[] Tokens =
        ["null", "true", "-1", "1e999", "\"\"", "\"\\ud800\"", "\"\\u0000\"", "[]", "{}", "[[[[]]]]", "{\"a\":{\"b\":1}}", "\"null\"", "0", "9e307"];

    [Fact]
    public void Mutated_events_never_throw_and_what_is_accepted_survives_its_body()
    {
        var seed = Seed();
        var random = new Random(seed);
        var accepted = 0;
        for (var i = 0; i < 20_000; i++)
        {
            var json = Mutate(random);
            if (TryParse(json) is not { } document)
                continue;
            using (document)
            {
                try
                {
                    var parsed = EventParser.Parse(document.RootElement, Parsing.Context);
                    Assert.True(parsed.Event is null != parsed.Rejection is null);
                    if (parsed.Event is null)
                        continue;
                    accepted++;
                    SameEvent.Check(parsed.Event, EventBody.Read(parsed.Event.Body));
                }
                catch (Exception e)
                {
                    throw new InvalidOperationException($"CDP_SEED={seed}, event {i}: {Encoding.UTF8.GetString(json)}", e);
                }
            }
        }

        Assert.True(accepted > 1_000, $"CDP_SEED={seed}: only {accepted} events were accepted, the test says little");
    }

    [Fact]
    public void A_damaged_body_is_read_or_is_a_format_error()
    {
        var seed = Seed();
        var random = new Random(seed);
        var body = Parsing.Accept(Rich).Body.ToArray();
        for (var i = 0; i < 20_000; i++)
        {
            var damaged = random.Next(10) == 0 ? body[..random.Next(body.Length)] : FlipByte(body, random);
            try
            {
                EventBody.Read(damaged);
            }
            catch (FormatException)
            {
                // What the contract says.
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"CDP_SEED={seed}, body {i}: {Encoding.UTF8.GetString(damaged)}", e);
            }
        }
    }

    [Fact]
    public void Any_text_as_a_user_id_gives_a_stable_identifier_or_a_reason() => Prop.ForAll<string>(text =>
    {
        if (text is null || text.Any(char.IsSurrogate) || text.Contains('\0', StringComparison.Ordinal))
            return;
        var parsed = Parsing.Parse(JsonSerializer.Serialize(new { type = "identify", userId = text, anonymousId = "a1" }));
        Assert.NotNull(parsed.Event);
        Assert.Equal(2, parsed.Event.Identifiers.Count + parsed.Event.LeftOut.Count);
        foreach (var id in parsed.Event.Identifiers)
        {
            Assert.True(IdentifierNormalizer.TryNormalize(IdentityRules.Default, id.Type, id.Value, out var again, out _));
            Assert.Equal(id, again);
        }
    }).QuickCheckThrowOnFailure();

    private static int Seed() =>
        Environment.GetEnvironmentVariable("CDP_SEED") is { Length: > 0 } given ? int.Parse(given, CultureInfo.InvariantCulture) : Environment.TickCount;

    private static JsonDocument? TryParse(byte[] json)
    {
        try
        {
            return JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 100_000 });
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static byte[] Mutate(Random random)
    {
        var json = Encoding.UTF8.GetBytes(Rich);
        for (var n = random.Next(1, 4); n > 0; n--)
            json = random.Next(3) switch
            {
                0 => ReplaceValue(json, random),
                1 => FlipByte(json, random),
                _ => [.. Encoding.UTF8.GetBytes("{\"type\":\"" + "identify,track,page,group,alias".Split(',')[random.Next(5)] + "\",\"event\":\"E\","), .. json[1..]],
            };
        return json;
    }

    private static byte[] FlipByte(byte[] json, Random random)
    {
        json = [.. json];
        json[random.Next(json.Length)] = random.Next(2) == 0 ? (byte)random.Next(256) : (byte)random.Next(32, 127);
        return json;
    }

    /// <summary>Puts a token in the place of whatever stands between a colon and the next comma or brace.</summary>
    private static byte[] ReplaceValue(byte[] json, Random random)
    {
        var colons = Enumerable.Range(0, json.Length).Where(i => json[i] == ':').ToArray();
        if (colons.Length == 0)
            return json;
        var from = colons[random.Next(colons.Length)] + 1;
        var length = json.AsSpan(from).IndexOfAny((byte)',', (byte)'}');
        return length < 0 ? json : [.. json[..from], .. Encoding.UTF8.GetBytes(Tokens[random.Next(Tokens.Length)]), .. json[(from + length)..]];
    }
}
