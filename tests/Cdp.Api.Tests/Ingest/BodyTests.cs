using System.IO.Compression;
using System.Net.Sockets;
using System.Text;
using Cdp.Api.Tests.Support;

namespace Cdp.Api.Tests.Ingest;

public sealed class BodyTests : IAsyncLifetime
{
    private const string Batch = """{"batch":[{"type":"track","event":"x","userId":"u1"}]}""";
    private const int Cap = 8 * 1024 * 1024;
    private ApiServer _server = null!;

    public async Task InitializeAsync() => _server = await ApiServer.StartAsync();

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Theory]
    [InlineData("application/json")]
    [InlineData("text/plain;charset=UTF-8")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("complete nonsense")]
    [InlineData(null)]
    public async Task The_content_type_is_not_looked_at(string? contentType)
    {
        var content = new ByteArrayContent(Encoding.UTF8.GetBytes(Batch));
        if (contentType is not null) content.Headers.TryAddWithoutValidation("Content-Type", contentType);

        var answer = await _server.SendAsync(HttpMethod.Post, "/v1/batch?writeKey=w1", content, null);

        Assert.Equal((200, """{"success":true}"""), (answer.Status, answer.Body));
        Assert.Single(_server.Grid.Ingested);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("GZIP")]
    [InlineData(null)]
    [InlineData("identity")]
    public async Task Gzip_is_known_by_its_first_bytes(string? encoding) =>
        Assert.Equal(200, (await _server.PostBytesAsync("/v1/batch", Gzip(Encoding.UTF8.GetBytes(Batch)), encoding)).Status);

    [Fact]
    public async Task A_plain_body_that_is_declared_gzip_is_read_as_it_is() =>
        Assert.Equal(200, (await _server.PostBytesAsync("/v1/batch", Encoding.UTF8.GetBytes(Batch), "gzip")).Status);

    [Fact]
    public async Task Deflate_and_brotli_are_inflated()
    {
        Assert.Equal(200, (await _server.PostBytesAsync("/v1/batch", Compress(s => new ZLibStream(s, CompressionLevel.Fastest)), "deflate")).Status);
        Assert.Equal(200, (await _server.PostBytesAsync("/v1/batch", Compress(s => new BrotliStream(s, CompressionLevel.Fastest)), "br")).Status);
    }

    [Fact]
    public async Task Other_encodings_and_broken_gzip_are_named()
    {
        Assert.Equal((400, "unsupported_encoding"), Code(await _server.PostBytesAsync("/v1/batch", Encoding.UTF8.GetBytes(Batch), "zstd")));
        Assert.Equal((400, "invalid_compression"), Code(await _server.PostBytesAsync("/v1/batch", [0x1f, 0x8b, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10])));
        var half = Gzip(Encoding.UTF8.GetBytes(Batch))[..^20];
        Assert.Equal(400, (await _server.PostBytesAsync("/v1/batch", half)).Status);
    }

    [Fact]
    public async Task A_byte_order_mark_is_skipped() =>
        Assert.Equal(200, (await _server.PostBytesAsync("/v1/batch", [0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes(Batch)])).Status);

    [Fact]
    public async Task A_body_of_exactly_the_cap_is_read_and_one_byte_more_is_not()
    {
        var exact = Encoding.UTF8.GetBytes(Batch + new string(' ', Cap - Batch.Length));
        Assert.Equal(200, (await _server.PostBytesAsync("/v1/batch", exact)).Status);

        Assert.Equal((413, "body_too_large"), Code(await _server.PostBytesAsync("/v1/batch", [.. exact, (byte)' '])));
        Assert.Equal(0, _server.App.Services.GetIngest().Bytes.Used);
    }

    [Fact]
    public async Task Ten_megabytes_are_refused_and_the_sender_gets_to_read_it()
    {
        var body = new byte[10 * 1024 * 1024];
        Assert.Equal((413, "body_too_large"), Code(await _server.PostBytesAsync("/v1/batch", body)));

        var chunked = await _server.SendAsync(HttpMethod.Post, "/v1/batch?writeKey=w1", new StreamContent(new MemoryStream(body)), null, r => r.Headers.TransferEncodingChunked = true);
        Assert.Equal((413, "body_too_large"), Code(chunked));
        Assert.Equal(200, (await _server.PostAsync("/v1/batch", Batch)).Status);
    }

    [Fact]
    public async Task A_zip_bomb_stops_at_the_cap()
    {
        var bomb = Gzip(new byte[200 * 1024 * 1024]);
        var before = GC.GetTotalAllocatedBytes(precise: true);

        Assert.Equal((413, "body_too_large"), Code(await _server.PostBytesAsync("/v1/batch", bomb)));

        Assert.True(GC.GetTotalAllocatedBytes(precise: true) - before < 64 * 1024 * 1024);
        Assert.Equal(0, _server.App.Services.GetIngest().Bytes.Used);
    }

    [Fact]
    public async Task Chunks_of_single_bytes_are_put_together()
    {
        using var socket = new TcpClient(_server.Address.Host, _server.Address.Port);
        var stream = socket.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes("POST /v1/batch?writeKey=w1 HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"));
        foreach (var b in Encoding.UTF8.GetBytes(Batch)) await stream.WriteAsync(Encoding.ASCII.GetBytes($"1\r\n{(char)b}\r\n"));
        await stream.WriteAsync("0\r\n\r\n"u8.ToArray());

        var answer = await new StreamReader(stream).ReadToEndAsync();

        Assert.StartsWith("HTTP/1.1 200", answer, StringComparison.Ordinal);
        Assert.Single(_server.Grid.Ingested);
    }

    [Theory]
    [InlineData("", "invalid_json")]
    [InlineData("{", "invalid_json")]
    [InlineData("{\"batch\":[}", "invalid_json")]
    [InlineData("{\"batch\":[]} x", "invalid_json")]
    [InlineData("{/* c */\"batch\":[]}", "invalid_json")]
    [InlineData("{\"batch\":[],}", "invalid_json")]
    [InlineData("[]", "invalid_body")]
    [InlineData("null", "invalid_body")]
    [InlineData("\"batch\"", "invalid_body")]
    [InlineData("{}", "invalid_body")]
    [InlineData("{\"batch\":{}}", "invalid_body")]
    [InlineData("{\"batch\":null}", "invalid_body")]
    public async Task A_body_that_is_no_batch_is_refused(string body, string code)
    {
        Assert.Equal((400, code), Code(await _server.PostAsync("/v1/batch", body)));
        Assert.Empty(_server.Grid.Ingested);
    }

    [Fact]
    public async Task An_empty_batch_is_a_success() =>
        Assert.Equal((200, """{"success":true}"""), await _server.PostAsync("/v1/batch", """{"batch":[]}""") is var a ? (a.Status, a.Body) : default);

    [Fact]
    public async Task Raw_invalid_bytes_outside_of_events_do_not_break_anything()
    {
        byte[] body = [.. "{\"\\ud800\":1,\"x\":\""u8, 0xff, 0xfe, .. "\",\"sentAt\":\"\\ud800\",\"batch\":[{\"type\":\"track\",\"event\":\"x\",\"userId\":\"u\"}]}"u8];

        var answer = await _server.PostBytesAsync("/v1/batch", body);

        Assert.True(answer.Status is 200 or 400, answer.Body);
        Assert.True(answer.Status == 200 || answer.Code == "invalid_json");
    }

    [Fact]
    public async Task Eight_megabytes_of_opening_brackets_are_refused_quickly()
    {
        var body = new byte[Cap];
        body.AsSpan().Fill((byte)'[');
        Assert.Equal((400, "invalid_json"), Code(await _server.PostBytesAsync("/v1/batch", body)));
    }

    private static (int, string?) Code(Answer answer) => (answer.Status, answer.Code);

    private static byte[] Gzip(byte[] plain)
    {
        using var output = new MemoryStream();
        using (var gzip = new GZipStream(output, CompressionLevel.SmallestSize)) gzip.Write(plain);
        return output.ToArray();
    }

    private static byte[] Compress(Func<Stream, Stream> make)
    {
        using var output = new MemoryStream();
        using (var stream = make(output)) stream.Write(Encoding.UTF8.GetBytes(Batch));
        return output.ToArray();
    }
}
