using System.Buffers.Binary;
using System.Net;

namespace Cdp.Standalone.Tests.Processes;

[Collection(ProcessesCollection.Name)]
public sealed class DamagedFilesTests : IDisposable
{
    private const int PageSize = 4_096;
    private const int UserVersionOffset = 60;

    private readonly ScratchFolder _folder = new();

    private string MainFile => Path.Combine(_folder.Data, "grid.db");

    public void Dispose() => _folder.Dispose();

    [SignalFact]
    public async Task A_damaged_main_file_refuses_to_start_and_says_how_to_restore()
    {
        var whole = await MakeAsync();
        Assert.True(whole.Length > 40 * PageSize, $"{whole.Length} bytes");
        await DamageAsync("a header overwritten", bytes => bytes.AsSpan(0, 100).Fill(0xA5));
        await DamageAsync("the first page zeroed", bytes => bytes.AsSpan(0, PageSize).Clear());
        await DamageAsync("pages in the middle overwritten", bytes => bytes.AsSpan(bytes.Length / 2 / PageSize * PageSize, 4 * PageSize).Fill(0xA5));
        await DamageAsync("the latter half cut off", static _ => { }, length: whole.Length / 2);
        await DamageAsync("an empty file", static _ => { }, length: 0);

        File.WriteAllBytes(MainFile, whole);
        await using var server = await TestedServer.StartAsync(_folder.Data);

        async Task DamageAsync(string what, Action<byte[]> change, int? length = null)
        {
            var bytes = whole.ToArray();
            change(bytes);
            File.WriteAllBytes(MainFile, bytes.AsSpan(0, length ?? bytes.Length));
            var exit = await TestedServer.RefusedAsync("--data", _folder.Data, "--urls", "http://127.0.0.1:0");
            var line = Assert.Single(exit.ErrorLines);
            Assert.Equal(1, exit.Code);
            Assert.True(line.Contains("cdp restore", StringComparison.Ordinal) && line.Contains(MainFile, StringComparison.Ordinal), $"{what}: {line}");
            Assert.True(File.ReadAllBytes(MainFile).AsSpan().SequenceEqual(bytes.AsSpan(0, length ?? bytes.Length)), $"{what}: the file was changed");
        }
    }

    [SignalFact]
    public async Task A_main_file_of_a_newer_schema_refuses_to_start()
    {
        var bytes = await MakeAsync();
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(UserVersionOffset), 99);
        File.WriteAllBytes(MainFile, bytes);
        var exit = await TestedServer.RefusedAsync("--data", _folder.Data, "--urls", "http://127.0.0.1:0");
        Assert.Equal(1, exit.Code);
        Assert.Contains("schema 99", Assert.Single(exit.ErrorLines), StringComparison.Ordinal);
        Assert.Equal(bytes, File.ReadAllBytes(MainFile));
    }

    [Fact]
    public async Task A_main_file_that_is_missing_beside_its_log_refuses_to_start()
    {
        await using (var server = await TestedServer.StartAsync(_folder.Data))
        {
            using var client = new GridClient(server.Url);
            await new History().SendAsync(client, new People().NextBatch(new Random(1)));
            await server.KillAsync();
        }

        File.Delete(MainFile);
        var exit = await TestedServer.RefusedAsync("--data", _folder.Data, "--urls", "http://127.0.0.1:0");
        Assert.Equal(1, exit.Code);
        Assert.Contains("cdp restore", Assert.Single(exit.ErrorLines), StringComparison.Ordinal);
        Assert.False(File.Exists(MainFile), "A new journal must not be made over a log that is there.");
    }

    /// <summary>Makes a file with something in it.</summary>
    /// <returns>Its bytes; the log has been moved into it.</returns>
    private async Task<byte[]> MakeAsync()
    {
        await using var server = await TestedServer.StartAsync(_folder.Data);
        using var client = new GridClient(server.Url);
        var (people, history, random) = (new People(), new History(), new Random(1));
        for (var i = 0; i < 200; i++) Assert.Equal(HttpStatusCode.OK, await history.SendAsync(client, people.NextBatch(random)));
        Assert.Equal(0, (await server.StopAsync(TimeSpan.FromSeconds(40))).Code);
        Assert.Equal([MainFile], Directory.GetFiles(_folder.Data, "grid.db*"));
        return File.ReadAllBytes(MainFile);
    }
}
