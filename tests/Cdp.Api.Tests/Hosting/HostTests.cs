using System.Net;
using System.Net.Sockets;
using Cdp.Standalone;

namespace Cdp.Api.Tests.Hosting;

/// <summary>Starts that must fail do so with one clear line, an exit code, and nothing bound.</summary>
public sealed class HostTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("cdp-host-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("--nonsense", 2, "no option --nonsense")]
    [InlineData("--urls", 2, "--urls needs a value")]
    [InlineData("--config=", 2, "--config needs a value")]
    [InlineData("--urls=http://0.0.0.0:0", 1, "No key is configured")]
    [InlineData("--urls=http://*:0", 1, "No key is configured")]
    [InlineData("--urls=http://[::]:0", 1, "No key is configured")]
    [InlineData("--urls=http://example.com:0", 1, "No key is configured")]
    [InlineData("--urls=http://127.0.0.1:0;http://10.0.0.1:0", 1, "http://10.0.0.1:0")]
    [InlineData("--urls=https://127.0.0.1:0", 1, "plain http")]
    [InlineData("--urls=nonsense", 1, "nonsense is no address")]
    [InlineData("--config=/no/such/file.json", 1, "cannot be read")]
    public async Task A_wrong_start_says_why(string arg, int exitCode, string why)
    {
        var (code, errors) = await RunAsync(arg);

        Assert.Equal(exitCode, code);
        Assert.Contains(why, errors, StringComparison.Ordinal);
        Assert.Single(errors.TrimEnd().Split('\n'));
    }

    [Fact]
    public async Task A_wrong_file_names_its_keys_and_does_not_start()
    {
        var config = Path.Combine(_folder.FullName, "c.json");
        await File.WriteAllTextAsync(config, """{"Cdp":{"Workspaces":{"shop":{"ApiKeys":[{"Key":"k","Scopes":["read","wirte"]}],"Identity":{"Preset":"posthorn"}}}}}""");

        var (code, errors) = await RunAsync("--config", config);

        Assert.Equal(1, code);
        Assert.Contains("Cdp:Workspaces:shop:ApiKeys:0:Scopes:1: ", errors, StringComparison.Ordinal);
        Assert.Contains("Cdp:Workspaces:shop:Identity:Preset: ", errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_port_in_use_is_named()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var url = $"http://127.0.0.1:{((IPEndPoint)other.LocalEndpoint).Port}";

        var (code, errors) = await RunAsync("--urls", url);

        Assert.Equal((1, true), (code, errors.Contains(url, StringComparison.Ordinal) && errors.Contains("in use", StringComparison.Ordinal)));
        Assert.Single(errors.TrimEnd().Split('\n'));
    }

    [Fact]
    public async Task A_data_directory_that_cannot_be_one_is_named()
    {
        var file = Path.Combine(_folder.FullName, "file");
        await File.WriteAllTextAsync(file, "");

        var (code, errors) = await RunAsync("--data", file);

        Assert.Equal(1, code);
        Assert.Contains(file, errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_damaged_file_is_named()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder.FullName, "grid.db"), new string('x', 8_192));

        var (code, errors) = await RunAsync();

        Assert.Equal(1, code);
        Assert.Contains("damaged", errors, StringComparison.Ordinal);
        Assert.Single(errors.TrimEnd().Split('\n'));
    }

    [Fact]
    public async Task Help_and_version_are_answered_without_a_start()
    {
        Assert.Equal(0, (await RunAsync("--help")).Code);
        Assert.Equal(0, (await RunAsync("--version")).Code);
    }

    private async Task<(int Code, string Errors)> RunAsync(params string[] args)
    {
        using var errors = new StringWriter();
        string[] data = args.Any(a => a.StartsWith("--data", StringComparison.Ordinal)) ? [] : ["--data", _folder.FullName];
        string[] urls = args.Any(a => a.StartsWith("--urls", StringComparison.Ordinal)) ? [] : ["--urls", "http://127.0.0.1:0"];
        var code = await StandaloneHost.RunAsync([.. data, .. urls, .. args], TextWriter.Null, errors);
        return (code, errors.ToString());
    }
}
