using System.Security.Cryptography;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Cdp.Api.Settings;

/// <summary>
/// The configuration file, looked at once a second: new content that is valid takes effect, other content is logged and ignored. The content
/// decides and not a file watcher, so that mounted files which are replaced by symbolic links (Kubernetes) are seen as well.
/// </summary>
/// <param name="path">The file.</param>
/// <param name="live">Where new settings go.</param>
/// <param name="time">The clock of the looks.</param>
/// <param name="logger">Where an ignored file is named.</param>
public sealed partial class SettingsFile(string path, LiveSettings live, TimeProvider time, ILogger<SettingsFile> logger) : BackgroundService
{
    /// <summary>The time between two looks.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private byte[]? _seen;

    /// <summary>Reads settings from a file and the environment, which wins.</summary>
    /// <param name="path">The file; null for the environment alone.</param>
    /// <returns>The settings.</returns>
    /// <exception cref="SettingsException">The file cannot be read or is wrong.</exception>
    public static CdpSettings Load(string? path) => Load(path is null ? null : ReadBytes(path), path);

    /// <summary>Looks at the file once.</summary>
    /// <returns>True when new settings took effect.</returns>
    public bool Look()
    {
        try
        {
            var bytes = ReadBytes(path);
            var hash = SHA256.HashData(bytes);
            if (_seen is not null && hash.AsSpan().SequenceEqual(_seen)) return false;
            var first = _seen is null;
            _seen = hash;
            var settings = Load(bytes, path);
            if (settings.DevelopmentKeys && !live.Current.DevelopmentKeys)
            {
                throw new SettingsException(["Cdp:Workspaces: the last key cannot be removed while the server runs."]);
            }

            // The first look catches what changed since the start read the file.
            live.Replace(settings);
            if (!first) LogReloaded(settings.Workspaces.Count);
            return !first;
        }
        catch (SettingsException error)
        {
            LogIgnored(error.Message);
            return false;
        }
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        Look();
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken)) Look();
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Of a host that could not start, such as for a port in use, this would be reported as a crash.
        }
    }

    private static byte[] ReadBytes(string path)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new SettingsException([$"The configuration file {path} cannot be read: {error.GetType().Name}."]);
        }
    }

    private static CdpSettings Load(byte[]? bytes, string? path)
    {
        var builder = new ConfigurationBuilder();
        if (bytes is not null) builder.AddJsonStream(new MemoryStream(bytes));
        builder.AddEnvironmentVariables();
        try
        {
            var root = builder.Build();
            using (root as IDisposable) return SettingsReader.Read(root);
        }
        catch (Exception error) when (error is FormatException or InvalidDataException or System.Text.Json.JsonException)
        {
            throw new SettingsException([$"The configuration file {path} is not valid JSON: {error.InnerException?.Message ?? error.Message}"]);
        }
    }
}
