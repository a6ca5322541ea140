using System.Text.Json.Nodes;
using Cdp.Cli.Import.Rows;
using Cdp.Cli.Tests.Support;

namespace Cdp.Cli.Tests.Import;

public sealed class SegmentFiles : IDisposable
{
    private const string Track = """{"type":"track","event":"A","userId":"u","messageId":"m1","timestamp":"2026-01-01T00:00:00Z","sentAt":"2026-01-01T00:00:01Z"}""";

    private readonly TempFolder _folder = new();

    [Fact]
    public void Events_stay_as_they_are_but_for_the_time_they_were_once_sent_at()
    {
        var row = Assert.Single(Read(Track + "\n"));
        Assert.Equal("m1", row.MessageId);
        Assert.Equal(
            """{"messageId":"m1","type":"track","event":"A","userId":"u","timestamp":"2026-01-01T00:00:00Z"}""", JsonNode.Parse(row.Json.Span)!.ToJsonString());
    }

    [Theory]
    [InlineData("{\"batch\":[EVENT,7]}")]
    [InlineData("{\n \"sentAt\":\"2026-01-01T00:00:00Z\",\n \"batch\": [EVENT,\n7]\n}")]
    [InlineData("[EVENT,7]")]
    public void A_document_of_events_is_read_whole(string form) =>
        Assert.Equal([null, "not_an_object"], Read(form.Replace("EVENT", Track, StringComparison.Ordinal)).Select(r => r.RejectCode));

    [Fact]
    public void Broken_lines_are_rejected_alone_and_blank_ones_counted()
    {
        var rows = Read($"{Track}\n\n{{\"a\":\n[1]\n{{\"a\":1,\"a\":2}}\n{{\"t\":\"\\ud800\"}}\n{{\"type\":\"track\"}}");
        Assert.Equal([null, "row_not_json", "not_an_object", "row_not_json", "invalid_text", null], rows.Select(r => r.RejectCode));
        Assert.Equal([1, 3, 4, 5, 6, 7], rows.Select(r => r.Number));
    }

    [Fact]
    public void A_row_too_long_for_a_request_is_rejected()
    {
        var rows = Read($"{Track}\n{{\"a\":\"{new string('x', RowFactory.MaxRowBytes)}\"}}\n{Track}\n");
        Assert.Equal([null, "event_too_large", null], rows.Select(r => r.RejectCode));
    }

    [Fact]
    public void Bytes_that_are_no_utf8_are_rejected()
    {
        File.WriteAllBytes(_folder.File("a"), [.. "{\"a\":\""u8, 0xE4, .. "\"}\n"u8]);
        using var rows = SegmentRows.Open(_folder.File("a"), new RowFactory("a", DateTimeOffset.UnixEpoch));
        Assert.NotNull(rows.Read()!.RejectCode);
    }

    public void Dispose() => _folder.Dispose();

    private List<ImportRow> Read(string text)
    {
        using var rows = SegmentRows.Open(_folder.Write("a", text), new RowFactory("a", DateTimeOffset.UnixEpoch));
        var all = new List<ImportRow>();
        while (rows.Read() is { } row) all.Add(row);
        return all;
    }
}
