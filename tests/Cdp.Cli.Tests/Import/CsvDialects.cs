using System.Text;
using System.Text.Json.Nodes;
using Cdp.Cli.Import.Mapping;
using Cdp.Cli.Import.Rows;
using Cdp.Cli.Shell;
using Cdp.Cli.Tests.Support;

namespace Cdp.Cli.Tests.Import;

public sealed class CsvDialects : IDisposable
{
    private readonly TempFolder _folder = new();

    [Fact]
    public void Blanks_around_names_and_cells_are_trimmed_and_empty_cells_left_out()
    {
        var row = Assert.Single(Read("rec_id, given_name, surname\nrec-1-org, , waller \n", "rec_id=externalId:crm_id"));
        Assert.Equal("""{"surname":"waller"}""", Event(row)["traits"]!.ToJsonString());
        Assert.Equal("rec-1-org", (string?)Event(row)["context"]!["externalIds"]![0]!["id"]);
    }

    [Fact]
    public void Quotes_separators_and_line_breaks_inside_quotes_are_text()
    {
        var row = Assert.Single(Read("id,address,note\n1,\"12, High St\",\"two\nlines and a \"\"quote\"\"\"\n", "id=userId"));
        Assert.Equal("12, High St", (string?)Event(row)["traits"]!["address"]);
        Assert.Equal("two\nlines and a \"quote\"", (string?)Event(row)["traits"]!["note"]);
    }

    [Theory]
    [InlineData("\uFEFFid,city\n1,Ulm\n")]
    [InlineData("id;city\r\n1;Ulm\r\n")]
    [InlineData("id\tcity\n1\tUlm")]
    [InlineData("id|city\n\n1|Ulm\n\n")]
    [InlineData("id, city \n1, \"Ulm\"\n")]
    public void Marks_separators_and_line_ends_of_all_kinds_are_read(string text) =>
        Assert.Equal("Ulm", (string?)Event(Assert.Single(Read(text, "id=userId")))["traits"]!["city"]);

    [Fact]
    public void Utf_16_is_known_by_its_mark_and_latin1_by_its_name()
    {
        File.WriteAllText(_folder.File("a.csv"), "id,city\n1,Köln\n", Encoding.Unicode);
        Assert.Equal("Köln", (string?)Event(Assert.Single(ReadFile("id=userId", null)))["traits"]!["city"]);
        File.WriteAllText(_folder.File("a.csv"), "id,city\n1,Köln\n", Encoding.Latin1);
        Assert.Equal("Köln", (string?)Event(Assert.Single(ReadFile("id=userId", Encoding.Latin1)))["traits"]!["city"]);
        Assert.Equal("invalid_text", Assert.Single(ReadFile("id=userId", null)).RejectCode);
    }

    [Fact]
    public void A_ragged_row_is_rejected_alone()
    {
        var rows = Read("id,a,b\n1,x,y\n2,x\n3,x,y,z\n4,x,y,\n5,x,y\n", "id=userId");
        Assert.Equal([null, "row_ragged", "row_ragged", null, null], rows.Select(r => r.RejectCode));
        Assert.Equal([1, 2, 3, 4, 5], rows.Select(r => r.Number));
    }

    [Fact]
    public void A_broken_quote_is_rejected_and_a_stray_one_is_text()
    {
        var rows = Read("id,a\n1,5\" disk\n2,\"x\"y\n3,ok\n4,\"open\n5,lost\n", "id=userId");
        Assert.Equal([null, "row_bad_quotes", null, "row_bad_quotes"], rows.Select(r => r.RejectCode));
        Assert.Equal("5\" disk", (string?)Event(rows[0])["traits"]!["a"]);
    }

    [Fact]
    public void A_quote_that_never_closes_does_not_fill_the_memory()
    {
        var rows = Read("id,a\n1,ok\n2,\"" + new string('x', 5_000_000), "id=userId");
        Assert.Equal([null, "row_cell_too_long"], rows.Select(r => r.RejectCode));
    }

    [Fact]
    public void A_row_without_identifier_is_rejected() =>
        Assert.Equal("no_identifier", Assert.Single(Read("id,a\n,x\n", "id=userId")).RejectCode);

    [Theory]
    [InlineData("", "id=userId", "header line")]
    [InlineData("id,a,a\n", "id=userId", "same name")]
    [InlineData("id,a\n", "ID=userId", "no column 'ID'")]
    public void A_header_that_does_not_fit_ends_the_import(string text, string map, string message)
    {
        var error = Assert.Throws<CliException>(() => Read(text, map));
        Assert.Equal(ExitCodes.Usage, error.ExitCode);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private static JsonObject Event(ImportRow row) => JsonNode.Parse(row.Json.Span)!.AsObject();

    private List<ImportRow> Read(string text, string map)
    {
        File.WriteAllText(_folder.File("a.csv"), text);
        return ReadFile(map, null);
    }

    private List<ImportRow> ReadFile(string map, Encoding? encoding)
    {
        using var rows = new CsvRows(
            _folder.File("a.csv"), new CsvDialect(null, encoding), ColumnMap.Parse([map], onlyMapped: false, TargetKind.Trait),
            new RowRules("identify"), new RowFactory("a.csv", DateTimeOffset.UnixEpoch));
        var all = new List<ImportRow>();
        while (rows.Read() is { } row) all.Add(row);
        return all;
    }
}
