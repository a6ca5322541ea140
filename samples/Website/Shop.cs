using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Cdp.Client;
using Cdp.Core.Events;
using Cdp.Core.Grid;

namespace Cdp.Samples.Website;

/// <summary>What the website does with the grid.</summary>
internal sealed class Shop(IProfileGrid grid, IConfiguration configuration)
{
    // The back end speaks for itself, so identifiers that it links may move between profiles.
    private static readonly EventSource s_source = new("website", Trusted: true);

    private readonly string _workspace = configuration["Grid:Workspace"] ?? "default";

    /// <summary>Greets by the live profile: also someone who was last here on another device.</summary>
    public async Task<IResult> GreetAsync(Visitor visitor, CancellationToken cancellationToken)
    {
        var profile = await grid.GetAsync(_workspace, visitor.Ref, cancellationToken);
        return Results.Json(profile is null ? new Greeting("Hello, stranger.", 0) : Greet(profile));
    }

    /// <summary>Joins what the visitor did before to the customer: from now on both are one profile.</summary>
    public Task<IResult> LogInAsync(Visitor visitor, Login login) => SendAsync(new
    {
        type = "identify",
        anonymousId = visitor.AnonymousId,
        userId = login.UserId,
        traits = new { email = login.Email, firstName = login.FirstName },
    });

    /// <summary>Says what goes into the cart.</summary>
    public Task<IResult> PutIntoCartAsync(Visitor visitor, CartItem item) => SendAsync(new
    {
        type = "track",
        @event = "Product Added",
        anonymousId = visitor.AnonymousId,
        properties = new { product = item.Product, price = item.Price },
    });

    /// <summary>The greeting again after every change, as server-sent events; it goes on when silos stop and start.</summary>
    public IResult LiveAsync(Visitor visitor, CancellationToken cancellationToken) =>
        TypedResults.ServerSentEvents(GreetingsAsync(visitor, cancellationToken));

    private static Greeting Greet(Profile profile)
    {
        using var document = JsonDocument.Parse(profile.Json);
        var root = document.RootElement;
        var name = root.GetProperty("traits").TryGetProperty("firstName", out var first) ? first.GetString() : null;
        var added = root.GetProperty("computed").GetProperty("events").TryGetProperty("Product Added", out var count) ? count.GetInt64() : 0;
        return new(name is null ? "Welcome back." : $"Welcome back, {name}.", added);
    }

    private async IAsyncEnumerable<SseItem<Greeting>> GreetingsAsync(Visitor visitor, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var profile in grid.WatchAsync(_workspace, visitor.Ref, cancellationToken)) yield return new(Greet(profile));
    }

    private async Task<IResult> SendAsync<T>(T body)
    {
        // The id makes a retry of the browser's own count once; here every request is a new event.
        var json = JsonSerializer.SerializeToNode(body)!.AsObject();
        json["messageId"] = Guid.CreateVersion7().ToString();
        ReadOnlyMemory<byte> e = JsonSerializer.SerializeToUtf8Bytes(json);

        // No token: what has been begun is finished, also when the visitor goes away meanwhile.
        var outcome = (await grid.IngestAsync(_workspace, [e], s_source))[0];
        return outcome.Status switch
        {
            EventStatus.Applied or EventStatus.Duplicate => Results.NoContent(),
            EventStatus.Rejected => Results.BadRequest(outcome.Reasons[^1].Code),
            _ => throw new GridUnavailableException("The event was not stored."),
        };
    }
}

/// <summary>What the page shows.</summary>
/// <param name="Text">The greeting.</param>
/// <param name="ProductsAdded">How often the customer put something into the cart, on all devices.</param>
internal sealed record Greeting(string Text, long ProductsAdded);
