using System.CommandLine;
using Cdp.Cli.Http;
using Cdp.Cli.Shell;

namespace Cdp.Cli.Events;

/// <summary><c>cdp events tail</c>.</summary>
internal static class EventsCommand
{
    public static Command Create(CliHost host)
    {
        var reference = new Argument<string>("REF") { Description = "type:value or a profile id." };
        var count = new Option<int>("-n") { Description = "How many of the newest events.", DefaultValueFactory = _ => 20, HelpName = "COUNT" };
        var follow = new Option<bool>("--follow", "-f") { Description = "Go on with new events as they come, until Ctrl+C." };
        var json = new Option<bool>("--json") { Description = "NDJSON instead of columns." };
        var tail = new Command("tail", "Show a profile's newest events, oldest of them first.") { reference, count, follow, json };
        var server = new ServerOptions().AddTo(tail);
        tail.SetAction(async (parsed, cancellationToken) =>
        {
            var events = parsed.GetValue(count);
            if (events is < 0 or > EventFeed.MaxPage) throw CliException.Usage($"-n {events}: 0 to {EventFeed.MaxPage}.");
            using var connection = server.Connect(parsed, host);
            var feed = new EventFeed(connection, Refs.Check(parsed.GetRequiredValue(reference)), new EventPrinter(host.Out, parsed.GetValue(json)));
            if (parsed.GetValue(follow)) await new EventFollower(connection, host, feed).RunAsync(events, cancellationToken);
            else await feed.ShowAsync(events, cancellationToken);
            return ExitCodes.Ok;
        });
        return new Command("events", "Events of profiles.") { tail };
    }
}
