using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Cdp.Cli.Definitions;
using Cdp.Cli.Http;
using Cdp.Cli.Shell;
using Spectre.Console;

namespace Cdp.Cli.Geofences;

/// <summary><c>cdp geofence list|get|put|delete|import|test|move|decide</c>.</summary>
internal static class GeofenceCommand
{
    public static Command Create(CliHost host)
    {
        var verbs = new DefinitionVerbs(host, "geofence", "geofences", "docs/geofences.md");
        return new("geofence", "Geofences of the key's workspace, positions of devices, and what is around a place.")
        {
            List(host), verbs.Get(static _ => ""), verbs.Put("Put a fence in force."), verbs.Delete("Delete a fence."), Import(host), Test(host), Move(host), Decide(host),
        };
    }

    private static Command List(CliHost host)
    {
        var command = new Command("list", "Write all fences to stdout, one GeoJSON Feature per line, by id.");
        var server = new ServerOptions().AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var connection = server.Connect(parsed, host);
            string? after = null;
            do
            {
                var page = "geofences" + (after is null ? "" : $"?after={Uri.EscapeDataString(after)}");
                using var document = ApiCall.Parse(await ApiCall.SendAsync(connection, HttpMethod.Get, page, "geofences", cancellationToken));
                foreach (var fence in document.RootElement.GetProperty("features").EnumerateArray()) await host.Out.WriteLineAsync(fence.GetRawText());
                after = document.RootElement.GetProperty("after").GetString();
            }
            while (after is not null);
            return ExitCodes.Ok;
        });
        return command;
    }

    private static Command Import(CliHost host)
    {
        var file = new Argument<string>("FILE") { Description = "A GeoJSON FeatureCollection of at most 8 MiB." };
        var command = new Command("import", "Put many fences; ends with 1 when one was refused.") { file };
        var server = new ServerOptions().AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var body = await File.ReadAllBytesAsync(parsed.GetRequiredValue(file), cancellationToken);
            using var connection = server.Connect(parsed, host);
            using var document = ApiCall.Parse(await ApiCall.SendAsync(connection, HttpMethod.Post, "geofences:import", "import", cancellationToken, body));
            var root = document.RootElement;
            foreach (var refused in root.GetProperty("rejected").EnumerateArray())
                await host.Error.WriteLineAsync($"feature {refused.GetProperty("index")}: {string.Join(' ', refused.GetProperty("errors").EnumerateArray().Select(e => Refs.Printable(e.GetString()!)))}");
            await host.Out.WriteLineAsync($"{root.GetProperty("imported")} imported, {root.GetProperty("rejectedCount")} refused");
            return root.GetProperty("rejectedCount").GetInt32() == 0 ? ExitCodes.Ok : ExitCodes.Problem;
        });
        return command;
    }

    private static Command Test(CliHost host)
    {
        var place = Places.Argument();
        var within = new Option<double?>("--within") { Description = "Also those that are so near, metres.", HelpName = "METERS" };
        var command = new Command("test", "The fences around a place.") { place, within };
        var server = new ServerOptions().AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var (latitude, longitude) = Places.Read(parsed.GetRequiredValue(place));
            var body = new JsonObject { ["lat"] = latitude, ["lon"] = longitude };
            if (parsed.GetValue(within) is { } meters) body["withinMeters"] = meters;
            using var connection = server.Connect(parsed, host);
            using var document = ApiCall.Parse(await ApiCall.SendAsync(connection, HttpMethod.Post, "geofences:test", "test", cancellationToken, JsonSerializer.SerializeToUtf8Bytes(body)));
            var table = JsonTables.Table("id", "name", "inside", "meters");
            foreach (var fence in document.RootElement.GetProperty("fences").EnumerateArray())
                table.AddRow(JsonTables.Cell(fence, "id"), JsonTables.Cell(fence, "name"), JsonTables.Cell(fence, "inside"), JsonTables.Cell(fence, "meters"));
            host.OutConsole().Write(table);
            return ExitCodes.Ok;
        });
        return command;
    }

    private static Command Move(CliHost host)
    {
        var (reference, place) = (Reference(), Places.Argument());
        var device = new Option<string?>("--device") { Description = "The device; one of no name when it is left out.", HelpName = "ID" };
        var accuracy = new Option<double?>("--accuracy") { Description = "The radius that it is likely within, metres.", HelpName = "METERS" };
        var command = new Command("move", "Say where a profile's device is now, and show what that tells.") { reference, place, device, accuracy };
        var server = new ServerOptions().AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var (latitude, longitude) = Places.Read(parsed.GetRequiredValue(place));
            var position = new JsonObject { ["ref"] = Refs.Check(parsed.GetRequiredValue(reference)), ["lat"] = latitude, ["lon"] = longitude };
            if (parsed.GetValue(device) is { } name) position["deviceId"] = name;
            if (parsed.GetValue(accuracy) is { } meters) position["accuracyMeters"] = meters;
            var body = JsonSerializer.SerializeToUtf8Bytes(new JsonObject { ["positions"] = new JsonArray(position) });
            using var connection = server.Connect(parsed, host);
            using var document = ApiCall.Parse(await ApiCall.SendAsync(connection, HttpMethod.Post, "positions", "position", cancellationToken, body));
            var result = document.RootElement.GetProperty("results")[0];
            if (result.TryGetProperty("code", out var code)) throw CliException.Problem($"position: {code}.");
            await host.Out.WriteLineAsync(JsonTables.Plain(result, "outcome"));
            foreach (var transition in result.GetProperty("transitions").EnumerateArray()) await host.Out.WriteLineAsync(Refs.Printable(transition.GetRawText()));
            return ExitCodes.Ok;
        });
        return command;
    }

    private static Command Decide(CliHost host)
    {
        var reference = Reference();
        var at = new Option<string?>("--at") { Description = "A place: the fences around it are shown as well.", HelpName = "LAT,LON" };
        var columns = new Option<string?>("--columns") { Description = "Places in the profile, such as traits.plan,consent.", HelpName = "LIST" };
        var command = new Command("decide", "Fields of a profile, its audiences, and the fences around a place, as JSON.") { reference, at, columns };
        var server = new ServerOptions().AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var query = $"decide?ref={Uri.EscapeDataString(Refs.Check(parsed.GetRequiredValue(reference)))}";
            if (parsed.GetValue(at) is { } text && Places.Read(text) is var (latitude, longitude)) query += string.Create(CultureInfo.InvariantCulture, $"&lat={latitude}&lon={longitude}");
            if (parsed.GetValue(columns) is { } list) query += $"&columns={Uri.EscapeDataString(list)}";
            using var connection = server.Connect(parsed, host);
            await ApiCall.WriteRawAsync(host, await ApiCall.SendAsync(connection, HttpMethod.Get, query, "decide", cancellationToken));
            return ExitCodes.Ok;
        });
        return command;
    }

    private static Argument<string> Reference() => new("REF") { Description = "type:value, such as email:a@b.com, or a profile id." };
}
