using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using Cdp.Standalone.Tests.Processes;
using Cdp.Testing.Waiting;

namespace Cdp.Silo.ProcessTests.Samples;

/// <summary>The sample website as a process of its own, beside a silo's.</summary>
[Collection(ProcessesCollection.Name)]
public sealed class WebsiteTests : IAsyncLifetime, IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    private readonly ScratchFolder _folder = new();
    private readonly int _gateway = FixedPorts.Next();
    private ServerProcess _silo = null!;
    private ServerProcess _website = null!;

    public async Task InitializeAsync()
    {
        _silo = await StartSiloAsync();
        _website = ServerProcess.Launch("Cdp.Samples.Website.dll", ["--urls", "http://127.0.0.1:0", "--Grid:Gateways:0", $"127.0.0.1:{_gateway}"]);
        Assert.NotNull(await _website.ListeningAsync());
    }

    public async Task DisposeAsync()
    {
        await _website.DisposeAsync();
        await _silo.DisposeAsync();
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_visitor_becomes_a_customer_and_is_known_on_the_next_device()
    {
        using var phone = Browser();
        Assert.Equal(new("Hello, stranger.", 0), await GreetingAsync(phone));
        await PostAsync(phone, "/cart", new { product = "boots", price = 99 });
        Assert.Equal(new("Welcome back.", 1), await GreetingAsync(phone));
        await PostAsync(phone, "/login", new { userId = "u1", email = "jo@example.com", firstName = "Jo" });
        Assert.Equal(new("Welcome back, Jo.", 1), await GreetingAsync(phone));

        using var laptop = Browser();
        await PostAsync(laptop, "/cart", new { product = "laces", price = 3 });
        await PostAsync(laptop, "/login", new { userId = "u1", email = "jo@example.com", firstName = "Jo" });
        Assert.Equal(new("Welcome back, Jo.", 2), await GreetingAsync(laptop));
        Assert.Equal(new("Welcome back, Jo.", 2), await GreetingAsync(phone));

        // The silo's own clients see the same profile.
        using var api = new GridClient(_silo.Url);
        Assert.Equal(4, (await api.LookupAsync(["user_id:u1"]))[0]!.EventCount);
    }

    [Fact]
    public async Task What_happens_on_one_device_shows_on_another_while_it_looks()
    {
        using var phone = Browser();
        using var laptop = Browser();
        foreach (var device in (HttpClient[])[phone, laptop]) await PostAsync(device, "/login", new { userId = "u2", email = "bo@example.com", firstName = "Bo" });
        await using var live = await laptop.GetStreamAsync(new Uri("/live", UriKind.Relative));
        using var lines = new StreamReader(live);
        Assert.Contains("\"productsAdded\":0", await NextAsync(lines), StringComparison.Ordinal);

        await PostAsync(phone, "/cart", new { product = "hat", price = 20 });

        Assert.Contains("\"productsAdded\":1", await NextAsync(lines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task While_the_silo_is_away_the_website_says_so_and_afterwards_it_goes_on()
    {
        using var phone = Browser();
        await PostAsync(phone, "/cart", new { product = "boots", price = 99 });
        Assert.Equal(0, (await _silo.StopAsync(s_patience)).Code);

        using var refused = await phone.GetAsync(new Uri("/", UriKind.Relative));
        Assert.Equal((HttpStatusCode.ServiceUnavailable, TimeSpan.FromSeconds(5)), (refused.StatusCode, refused.Headers.RetryAfter?.Delta));

        await _silo.DisposeAsync();
        _silo = await StartSiloAsync();
        await Eventually.TrueAsync("the website has found the silo again", s_patience, async () => (await phone.GetAsync(new Uri("/", UriKind.Relative))).IsSuccessStatusCode);
        Assert.Equal(new("Welcome back.", 1), await GreetingAsync(phone));
    }

    private Task<ServerProcess> StartSiloAsync() => ServerProcess.Launch(
        "Cdp.Silo.dll", ["--urls", "http://127.0.0.1:0", "--data", _folder.Data, "--gateway-port", _gateway.ToString(CultureInfo.InvariantCulture)]).ReadyAsync();

    private HttpClient Browser() => new(new HttpClientHandler { CookieContainer = new CookieContainer() }) { BaseAddress = _website.Url, Timeout = s_patience };

    private static async Task PostAsync(HttpClient browser, string path, object body)
    {
        using var answer = await browser.PostAsJsonAsync(new Uri(path, UriKind.Relative), body);
        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
    }

    private static async Task<Greeting> GreetingAsync(HttpClient browser) => (await browser.GetFromJsonAsync<Greeting>(new Uri("/", UriKind.Relative)))!;

    private static async Task<string> NextAsync(StreamReader lines)
    {
        using var patience = new CancellationTokenSource(s_patience);
        while (await lines.ReadLineAsync(patience.Token) is { } line)
        {
            if (line.StartsWith("data:", StringComparison.Ordinal)) return line;
        }

        throw new InvalidOperationException("The stream has ended.");
    }

    private sealed record Greeting(string Text, long ProductsAdded);
}
