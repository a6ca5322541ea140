// A shop's back end that greets a visitor by the live profile, sends what the visitor does, and shows changes as they happen. It talks to the silos
// over Cdp.Client: no HTTP in between, and a profile is read from the memory of the silo that has it.
//
//   ./cdp run --gateway-port 30000
//   dotnet run --project samples/Website -- --urls http://127.0.0.1:5080
using System.Net;
using Cdp.Client;
using Cdp.Core.Grid;
using Cdp.Samples.Website;

var builder = WebApplication.CreateBuilder(args);
// Paths name nobody here, but what fails is logged without the request.
builder.Logging.AddFilter("Orleans", LogLevel.Error);
builder.Services.AddCdpClient(options =>
{
    options.ClusterId = builder.Configuration["Grid:ClusterId"] ?? options.ClusterId;
    // A few gateways are enough: they name all others.
    foreach (var gateway in builder.Configuration.GetSection("Grid:Gateways").Get<string[]>() ?? []) options.Gateways.Add(IPEndPoint.Parse(gateway));
});
builder.Services.AddSingleton<Shop>();

var app = builder.Build();
app.Use(async (context, next) =>
{
    try
    {
        await next(context);
    }
    catch (GridOverloadedException)
    {
        Refuse(context, StatusCodes.Status429TooManyRequests, seconds: 1);
    }
    catch (GridUnavailableException)
    {
        Refuse(context, StatusCodes.Status503ServiceUnavailable, seconds: 5);
    }
});

app.MapGet("/", (HttpContext context, Shop shop) => shop.GreetAsync(Visitor.Of(context), context.RequestAborted));
app.MapPost("/login", (HttpContext context, Shop shop, Login login) => shop.LogInAsync(Visitor.Of(context), login));
app.MapPost("/cart", (HttpContext context, Shop shop, CartItem item) => shop.PutIntoCartAsync(Visitor.Of(context), item));
app.MapGet("/live", (HttpContext context, Shop shop) => shop.LiveAsync(Visitor.Of(context), context.RequestAborted));

await app.StartAsync();
Console.WriteLine($"The website is listening on {string.Join(", ", app.Urls)}");
await app.WaitForShutdownAsync();

static void Refuse(HttpContext context, int status, int seconds)
{
    context.Response.StatusCode = status;
    context.Response.Headers.RetryAfter = seconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
