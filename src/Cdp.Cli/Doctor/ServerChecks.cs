using System.Globalization;
using System.Text.Json;
using Cdp.Cli.Http;
using Cdp.Cli.Shell;

namespace Cdp.Cli.Doctor;

/// <summary>Asks the server how it is. Nothing is changed: scopes are found out by requests that ask for nothing.</summary>
internal sealed class ServerChecks(CdpServer server, CliHost host)
{
    private static readonly TimeSpan s_skewWarn = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan s_skewFail = TimeSpan.FromMinutes(5);

    public async Task<List<Finding>> RunAsync(CancellationToken cancellationToken)
    {
        var findings = new List<Finding>();
        try
        {
            using var live = await server.CallAsync(HttpMethod.Get, "health/live", cancellationToken);
            findings.Add(live.IsSuccessStatusCode
                ? new Finding("server", Grade.Ok, $"{server.Name} is up")
                : new Finding("server", Grade.Fail, $"{server.Name} answers {(int)live.StatusCode}", "Is --url a Cdp.Grains server?"));
            findings.Add(Clock(live));
        }
        catch (UnreachableException e)
        {
            return [new Finding("server", Grade.Fail, e.Message, "Start it (./cdp run) or correct --url.")];
        }

        findings.Add(await ReadyAsync(cancellationToken));
        findings.Add(await VersionAsync(cancellationToken));
        findings.Add(await new KeyChecks(server).RunAsync(cancellationToken));
        if (await RejectsAsync(cancellationToken) is { } rejects) findings.Add(rejects);
        return findings;
    }

    private Finding Clock(HttpResponseMessage response)
    {
        if (response.Headers.Date is not { } date) return new Finding("clock", Grade.Warn, "the server sends no Date header");
        // The header has whole seconds, cut off.
        var skew = host.Time.GetUtcNow() - date - TimeSpan.FromMilliseconds(500);
        var text = string.Create(CultureInfo.InvariantCulture, $"{Math.Abs(skew.TotalSeconds):0.0} s {(skew > TimeSpan.Zero ? "ahead of" : "behind")} the server");
        var off = skew.Duration();
        if (off <= s_skewWarn) return new Finding("clock", Grade.Ok, "as the server's");
        return new Finding(
            "clock", off > s_skewFail ? Grade.Fail : Grade.Warn, $"this machine is {text}", "Events are ordered by time: let both machines follow NTP.");
    }

    private async Task<Finding> ReadyAsync(CancellationToken cancellationToken)
    {
        using var response = await server.CallAsync(HttpMethod.Get, "health/ready", cancellationToken);
        if (response.IsSuccessStatusCode) return new Finding("ready", Grade.Ok, "takes events");
        var problem = await Problem.ReadAsync(response, cancellationToken);
        return new Finding("ready", Grade.Fail, $"{problem.Short} {problem.Detail}".TrimEnd(), "See the server's log and docs/operations.");
    }

    private async Task<Finding> VersionAsync(CancellationToken cancellationToken)
    {
        var own = typeof(ServerChecks).Assembly.GetName().Version?.ToString(3);
        using var response = await server.CallAsync(HttpMethod.Get, "version", cancellationToken);
        var text = response.IsSuccessStatusCode ? Version(await response.Content.ReadAsByteArrayAsync(cancellationToken)) : null;
        if (text is null) return new Finding("version", Grade.Fail, "the server does not tell its version", "Is --url a Cdp.Grains server?");
        return text.Split('+', '-')[0] == own
            ? new Finding("version", Grade.Ok, text)
            : new Finding("version", Grade.Warn, $"server {text}, this tool {own}", "Use the tool of the server's version.");
    }

    private async Task<Finding?> RejectsAsync(CancellationToken cancellationToken)
    {
        using var response = await server.CallAsync(HttpMethod.Get, "v1/rejects?limit=1000", cancellationToken);
        if (!response.IsSuccessStatusCode) return null;
        try
        {
            using var document = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync(cancellationToken));
            var codes = document.RootElement.GetProperty("rejects").EnumerateArray()
                .GroupBy(r => r.GetProperty("code").GetString())
                .OrderByDescending(g => g.Count())
                .Select(g => string.Create(CultureInfo.InvariantCulture, $"{g.Key} {g.Count()}"))
                .ToArray();
            return codes.Length == 0
                ? new Finding("rejects", Grade.Ok, "none kept")
                : new Finding("rejects", Grade.Warn, string.Join(", ", codes), "GET /v1/rejects lists them with reasons; correct the senders.");
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return new Finding("rejects", Grade.Warn, "the answer of /v1/rejects cannot be read");
        }
    }

    private static string? Version(byte[] body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return document.RootElement.GetProperty("version").GetString();
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return null;
        }
    }
}
