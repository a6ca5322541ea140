using System.Globalization;
using System.Net;
using System.Text.Json;
using Cdp.Cli.Http;
using Cdp.Cli.Import.Sending;
using Cdp.Cli.Shell;

namespace Cdp.Cli.Events;

/// <summary>The newest events of one profile, each shown once.</summary>
internal sealed class EventFeed(CdpServer server, string reference, EventPrinter printer)
{
    public const int MaxPage = 1_000;

    /// <summary>What arrived between two looks; a page of nothing but news is followed by the next.</summary>
    private const int NewsPage = 100;

    private const int Remembered = 10_000;

    private readonly HashSet<string> _shown = new(StringComparer.Ordinal);
    private readonly Queue<string> _order = new();

    /// <summary>The path of the profile's stream.</summary>
    public string StreamPath => Refs.Path(reference, "/stream");

    /// <summary>Shows the newest events, oldest first.</summary>
    public async Task ShowAsync(int count, CancellationToken cancellationToken)
    {
        // A page at least, even if less is shown: what is old must be known as old when news are looked for.
        var (events, _) = await PageAsync(Math.Max(NewsPage, count), null, cancellationToken);
        for (var i = events.Count - 1; i >= 0; i--) if (Remember(events[i]) && i < count) printer.Print(events[i]);
    }

    /// <summary>
    /// Shows what has come since. Events of an earlier time than the newest hundred that were shown before are not found: the server orders by event time.
    /// </summary>
    public async Task ShowNewsAsync(CancellationToken cancellationToken)
    {
        var news = new List<JsonElement>();
        string? cursor = null;
        do
        {
            var (events, next) = await PageAsync(NewsPage, cursor, cancellationToken);
            var fresh = events.Where(Remember).ToArray();
            news.AddRange(fresh);
            cursor = fresh.Length == events.Count && news.Count < Remembered ? next : null;
        }
        while (cursor is not null);

        for (var i = news.Count - 1; i >= 0; i--) printer.Print(news[i]);
    }

    private bool Remember(JsonElement item)
    {
        var id = item.GetProperty("messageId").GetString()!;
        if (!_shown.Add(id)) return false;
        _order.Enqueue(id);
        if (_order.Count > Remembered) _shown.Remove(_order.Dequeue());
        return true;
    }

    private async Task<(List<JsonElement> Events, string? Next)> PageAsync(int limit, string? cursor, CancellationToken cancellationToken)
    {
        var rest = string.Create(CultureInfo.InvariantCulture, $"/events?limit={limit}") + (cursor is null ? "" : $"&cursor={Uri.EscapeDataString(cursor)}");
        using var response = await server.CallAsync(HttpMethod.Get, Refs.Path(reference, rest), cancellationToken);
        if (response.StatusCode == HttpStatusCode.NotFound) throw CliException.Problem("there is no such profile.");
        if (RetryPolicy.IsTransient(response.StatusCode)) throw new UnreachableException($"events: the server answered {(int)response.StatusCode}.");
        if (!response.IsSuccessStatusCode) throw (await Problem.ReadAsync(response, cancellationToken)).ToError("events");
        using var document = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync(cancellationToken));
        var next = document.RootElement.TryGetProperty("cursor", out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        return ([.. document.RootElement.GetProperty("events").EnumerateArray().Select(e => e.Clone())], next);
    }
}
