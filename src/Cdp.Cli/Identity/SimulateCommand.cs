using System.CommandLine;
using System.Text.Json;
using Cdp.Cli.Http;
using Cdp.Cli.Shell;

namespace Cdp.Cli.Identity;

/// <summary><c>cdp identity simulate</c>.</summary>
internal static class SimulateCommand
{
    public static Command Create(CliHost host)
    {
        var file = new Argument<string>("FILE") { Description = "Events as NDJSON or as one JSON array; at most 1,000 of them and 1 MiB." };
        var preset = new Option<string?>("--preset") { Description = "Judge them by this preset: default, segment, posthog, adobe, snowplow, mixpanel.", HelpName = "NAME" };
        var policy = new Option<string?>("--policy") { Description = "Judge them by the policy in this JSON file; with --preset, its knobs lie over the preset.", HelpName = "FILE" };
        var json = new Option<bool>("--json") { Description = "The server's JSON as it is." };
        var command = new Command("simulate", "Show what events would do, from an empty grid. Stores nothing. Without --preset and --policy: under the policy in force.")
        {
            file, preset, policy, json,
        };
        var server = new ServerOptions().AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var events = await EventFile.ReadAsync(parsed.GetRequiredValue(file), cancellationToken);
            var rules = parsed.GetValue(policy) is { } path ? await ReadPolicyAsync(path, cancellationToken) : null;
            using var connection = server.Connect(parsed, host);
            var body = IdentityCall.Body(b =>
            {
                if (parsed.GetValue(preset) is { } name) b.WriteString("preset", name);
                if (rules is not null)
                {
                    b.WritePropertyName("policy");
                    b.WriteRawValue(rules, skipInputValidation: true);
                }

                b.WritePropertyName("events");
                b.WriteRawValue(events, skipInputValidation: true);
            });
            var answer = await IdentityCall.SendAsync(connection, HttpMethod.Post, "simulate", "simulate", cancellationToken, body);
            if (parsed.GetValue(json))
            {
                await ApiCall.WriteRawAsync(host, answer);
                return ExitCodes.Ok;
            }

            using var document = ApiCall.Parse(answer);
            SimulationView.Write(host.OutConsole(), document.RootElement);
            return ExitCodes.Ok;
        });
        return command;
    }

    private static async Task<byte[]> ReadPolicyAsync(string path, CancellationToken cancellationToken)
    {
        var policy = await File.ReadAllBytesAsync(path, cancellationToken);
        try
        {
            JsonDocument.Parse(policy).Dispose();
            return policy.AsSpan().StartsWith("\uFEFF"u8) ? policy[3..] : policy;
        }
        catch (JsonException)
        {
            throw CliException.Usage("the policy is no JSON.");
        }
    }
}
