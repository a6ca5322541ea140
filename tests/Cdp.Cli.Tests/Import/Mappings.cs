using System.Text.Json.Nodes;
using Cdp.Cli.Import.Mapping;
using Cdp.Cli.Import.Rows;
using Cdp.Cli.Shell;
using Cdp.Cli.Tests.Support;

namespace Cdp.Cli.Tests.Import;

public sealed class Mappings : IDisposable
{
    private readonly TempFolder _folder = new();

    [Fact]
    public void Every_target_has_its_place_in_an_identify()
    {
        var made = Csv(
            "uid,anon,crm,card,mail,tel,when,street,seen,src,plain,secret\nu1,a1,k1,77,A@b.de,+49 1,2026-01-02,High St,web,import,x,y\n",
            new RowRules("identify"),
            "uid=userId,anon=anonymousId,crm=externalId:crm_id,card=context.externalIds.loyalty,mail=email",
            "tel=phone", "when=timestamp", "street=traits.address.street,seen=properties.seen,src=context.app.name", "secret=-");
        Assert.Equal(
            JsonNode.Parse("""
                {"messageId":"?","type":"identify","userId":"u1","anonymousId":"a1",
                 "context":{"externalIds":[{"id":"k1","type":"crm_id","collection":"users","encoding":"none"},
                                           {"id":"77","type":"loyalty","collection":"users","encoding":"none"}],"app":{"name":"import"}},
                 "traits":{"email":"A@b.de","phone":"+49 1","address":{"street":"High St"},"plain":"x"},
                 "timestamp":"2026-01-02T00:00:00.000Z","properties":{"seen":"web"}}
                """)!.ToJsonString(),
            made.ToJsonString());
    }

    [Fact]
    public void The_rest_of_a_track_becomes_properties_and_its_contacts_go_to_the_context()
    {
        var made = Csv("mail,total\na@b.de,12.50\n", new RowRules("track", "Order Completed", Infer: true), "mail=email");
        Assert.Equal(
            """{"messageId":"?","timestamp":"1970-01-01T00:00:00.000Z","type":"track","context":{"traits":{"email":"a@b.de"}},"properties":{"total":12.50},"event":"Order Completed"}""",
            made.ToJsonString());
    }

    [Fact]
    public void Only_mapped_leaves_the_rest_out() =>
        Assert.False(Csv("id,a\n1,x\n", new RowRules("identify"), onlyMapped: true, "id=userId").ContainsKey("traits"));

    [Theory]
    [InlineData("0800", "\"0800\"")]
    [InlineData("12", "12")]
    [InlineData("-3.50", "-3.50")]
    [InlineData("+3", "\"\\u002B3\"")]
    [InlineData("1e5", "\"1e5\"")]
    [InlineData("1.", "\"1.\"")]
    [InlineData("--1", "\"--1\"")]
    [InlineData("1234567890123456", "\"1234567890123456\"")]
    [InlineData("TRUE", "true")]
    [InlineData("no", "\"no\"")]
    public void Inference_never_loses_a_digit(string cell, string json) => Assert.Equal(json, CellType.Of(cell, infer: true).ToJsonString());

    [Theory]
    [InlineData("2026-03-29T01:30:00+01:00", "2026-03-29T00:30:00.000Z")]
    [InlineData("2026-03-29 01:30:00", "2026-03-29T01:30:00.000Z")]
    [InlineData("20260329", "2026-03-29T00:00:00.000Z")]
    [InlineData("1774746000", "2026-03-29T01:00:00.000Z")]
    [InlineData("1774746000123", "2026-03-29T01:00:00.123Z")]
    public void Times_with_one_meaning_are_read(string cell, string time)
    {
        Assert.True(RowTime.TryParse(cell, [], out var read));
        Assert.Equal(time, RowTime.Format(read));
    }

    [Fact]
    public void A_time_with_two_meanings_needs_a_format()
    {
        Assert.False(RowTime.TryParse("1/2/18", [], out _));
        Assert.True(RowTime.TryParse("1/2/18", ["d/M/yyyy", "d/M/yy"], out var read));
        Assert.Equal("2018-02-01T00:00:00.000Z", RowTime.Format(read));
    }

    [Fact]
    public void Json_rows_are_mapped_by_path()
    {
        var made = Ndjson(
            """{"id":7,"profile":{"mail":"a@b.de","city":"Ulm"},"FEATURES":[{"NAME":"x"},{"PHONE":"702"}],"a.b":1,"gone":null,"skip":{"x":1}}""",
            "id=userId,profile.mail=email,FEATURES.*.PHONE=phone,FEATURES.0.NAME=traits.name,FEATURES=-,skip=-");
        Assert.Equal("7", (string?)made["userId"]);
        Assert.Equal(
            """{"email":"a@b.de","phone":"702","name":"x","profile":{"city":"Ulm"},"a.b":1,"gone":null}""", made["traits"]!.ToJsonString());
    }

    [Fact]
    public void A_map_may_stand_in_a_file()
    {
        var file = _folder.Write("map.json", """{"id":"userId","a=b,c":"-"}""");
        Assert.Equal(TargetKind.UserId, ColumnMap.Parse([file], false, TargetKind.Trait).For("id").Kind);
        Assert.Equal(TargetKind.Leave, ColumnMap.Parse([file], false, TargetKind.Trait).For("a=b,c").Kind);
    }

    [Theory]
    [InlineData("id=user", "no target")]
    [InlineData("id", "expected column=target")]
    [InlineData("id=userId,no=userId", "two columns")]
    [InlineData("id=userId,id=-", "mapped twice")]
    [InlineData("id=traits.a..b", "empty name")]
    public void A_wrong_map_is_told(string map, string message) =>
        Assert.Contains(message, Assert.Throws<CliException>(() => ColumnMap.Parse([map], false, TargetKind.Trait)).Message, StringComparison.Ordinal);

    public void Dispose() => _folder.Dispose();

    private JsonObject Csv(string text, RowRules rules, params string[] maps) => Csv(text, rules, false, maps);

    private JsonObject Csv(string text, RowRules rules, bool onlyMapped, params string[] maps)
    {
        var map = ColumnMap.Parse(maps, onlyMapped, rules.Type == "track" ? TargetKind.Property : TargetKind.Trait);
        using var rows = new CsvRows(_folder.Write("a.csv", text), new CsvDialect(null, null), map, rules, new RowFactory("a", DateTimeOffset.UnixEpoch));
        return Event(rows.Read()!);
    }

    private JsonObject Ndjson(string text, string spec)
    {
        var map = ColumnMap.Parse([spec], false, TargetKind.Trait);
        using var rows = new NdjsonRows(_folder.Write("a.ndjson", text), map, new RowRules("identify"), new RowFactory("a", DateTimeOffset.UnixEpoch));
        return Event(rows.Read()!);
    }

    private static JsonObject Event(ImportRow row)
    {
        Assert.Null(row.RejectCode);
        var made = JsonNode.Parse(row.Json.Span)!.AsObject();
        made["messageId"] = "?";
        return made;
    }
}
