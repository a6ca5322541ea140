using Cdp.Api.Settings;
using Cdp.Api.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace Cdp.Api.Tests.Settings;

public sealed class SettingsFileTests : IDisposable
{
    private readonly string _path = Path.GetTempFileName();

    public void Dispose() => File.Delete(_path);

    [Fact]
    public void A_missing_file_and_broken_json_are_named()
    {
        var missing = Assert.Throws<SettingsException>(() => SettingsFile.Load(_path + ".none"));
        Assert.Contains("cannot be read", missing.Message, StringComparison.Ordinal);

        File.WriteAllText(_path, "{\"Cdp\":{");
        var broken = Assert.Throws<SettingsException>(() => SettingsFile.Load(_path));
        Assert.Contains("not valid JSON", broken.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void New_keys_work_and_removed_ones_do_not_after_the_file_changed()
    {
        var (file, live) = Open("""{"Cdp":{"Workspaces":{"shop":{"WriteKeys":["old"]}}}}""");

        File.WriteAllText(_path, """{"Cdp":{"Workspaces":{"shop":{"WriteKeys":["new"]}}}}""");

        Assert.True(file.Look());
        Assert.NotNull(live.Current.Keys.Find("new"));
        Assert.Null(live.Current.Keys.Find("old"));
        Assert.False(file.Look());
    }

    [Theory]
    [InlineData("{\"Cdp\":{\"Workspaces\":")]
    [InlineData("""{"Cdp":{"Workspaces":{"shop":{"WriteKeys":["new"],"Typo":1}}}}""")]
    [InlineData("")]
    [InlineData("{}")]
    public void A_wrong_new_file_is_ignored_and_the_old_settings_stay(string content)
    {
        var (file, live) = Open("""{"Cdp":{"Workspaces":{"shop":{"WriteKeys":["old"]}}}}""");

        File.WriteAllText(_path, content);

        Assert.False(file.Look());
        Assert.NotNull(live.Current.Keys.Find("old"));
        Assert.Null(live.Current.Keys.Find("dev"));
    }

    [Fact]
    public async Task A_running_server_takes_the_new_file_within_a_second()
    {
        File.WriteAllText(_path, ApiServer.TwoWorkspaces);
        await using var server = await ApiServer.StartAsync(configFile: _path);
        Assert.Equal(401, (await server.GetAsync("/v1/rejects", "fresh")).Status);
        var changed = new TaskCompletionSource();
        server.Live.Changed += s => { if (s.Keys.Find("fresh") is not null) changed.TrySetResult(); };

        File.WriteAllText(_path, """{"Cdp":{"Workspaces":{"shop":{"ApiKeys":[{"Key":"fresh","Scopes":["read"]}]}}}}""");
        while (!changed.Task.IsCompleted)
        {
            server.Time.Advance(SettingsFile.Interval);
            await Task.Yield();
        }

        Assert.Equal(200, (await server.GetAsync("/v1/rejects", "fresh")).Status);
        Assert.Equal(401, (await server.GetAsync("/v1/rejects", "all")).Status);
    }

    private (SettingsFile File, LiveSettings Live) Open(string json)
    {
        File.WriteAllText(_path, json);
        var live = new LiveSettings(SettingsFile.Load(_path));
        var file = new SettingsFile(_path, live, TimeProvider.System, NullLogger<SettingsFile>.Instance);
        file.Look();
        return (file, live);
    }
}
