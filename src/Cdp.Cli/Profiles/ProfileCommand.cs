using System.CommandLine;
using System.Net;
using System.Text;
using System.Text.Json;
using Cdp.Cli.Http;
using Cdp.Cli.Shell;

namespace Cdp.Cli.Profiles;

/// <summary><c>cdp profile get</c>.</summary>
internal static class ProfileCommand
{
    public static Command Create(CliHost host)
    {
        var reference = new Argument<string>("REF") { Description = "type:value, such as email:a@b.com, or a profile id." };
        var include = new Option<string?>("--include") { Description = "provenance, events or both between a comma." };
        var json = new Option<bool>("--json") { Description = "The server's JSON as it is." };
        var get = new Command("get", "Show one live profile.") { reference, include, json };
        var server = new ServerOptions().AddTo(get);
        get.SetAction(async (parsed, cancellationToken) =>
        {
            using var connection = server.Connect(parsed, host);
            var rest = parsed.GetValue(include) is { } included ? $"&include={Uri.EscapeDataString(included)}" : "";
            using var response = await connection.CallAsync(HttpMethod.Get, Refs.Query(parsed.GetRequiredValue(reference), rest), cancellationToken);
            if (response.StatusCode == HttpStatusCode.NotFound) throw CliException.Problem("there is no such profile.");
            if (!response.IsSuccessStatusCode) throw (await Problem.ReadAsync(response, cancellationToken)).ToError("profile");
            var body = await response.Content.ReadAsByteArrayAsync(cancellationToken);
            if (parsed.GetValue(json))
            {
                await host.Out.WriteLineAsync(Encoding.UTF8.GetString(body));
                return ExitCodes.Ok;
            }

            using var document = Parse(body);
            ProfileView.Write(host.OutConsole(), document.RootElement);
            return ExitCodes.Ok;
        });
        return new Command("profile", "Live profiles.") { get };
    }

    private static JsonDocument Parse(byte[] body)
    {
        try
        {
            return JsonDocument.Parse(body);
        }
        catch (JsonException)
        {
            throw CliException.Server("the server answered something that is no profile: is --url a Cdp.Grains server?");
        }
    }
}
