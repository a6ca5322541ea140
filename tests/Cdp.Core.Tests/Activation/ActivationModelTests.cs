using System.Diagnostics;
using System.Globalization;
using Cdp.Core.Tests.Activation.Model;
using Cdp.Testing;
using Xunit.Abstractions;

namespace Cdp.Core.Tests.Activation;

/// <summary>
/// The policy against a slow model that works every answer out from all that was ever sent: generated triggers and caps, late, repeated and put-off events, merges, splits, restarts, changes of consent and zone, over
/// changes of clocks. <c>CDP_CASES</c> says how many; <c>CDP_SEED</c> repeats a run.
/// </summary>
public sealed class ActivationModelTests(ITestOutputHelper output)
{
    private const int DefaultCases = 5_000;

    private static readonly string[] Common =
    [
        "acted", "deferred", "paused", "historical", "condition_false", "no_consent", "holdout", "quiet_hours", "cooldown", "capped_trigger", "capped_channel", "capped_total",
        "same_message_other_channel", "looked again",
    ];

    [Fact]
    public void The_policy_and_the_model_agree()
    {
        var seed = Seeds.Next(output);
        var cases = int.TryParse(Environment.GetEnvironmentVariable("CDP_CASES"), CultureInfo.InvariantCulture, out var given) ? given : DefaultCases;
        var started = Stopwatch.GetTimestamp();
        var codes = new Dictionary<string, int>();
        for (var i = 0; i < cases; i++)
        {
            var run = new ScenarioRun(new Random(seed + i));
            try
            {
                run.Play();
            }
            catch (Exception)
            {
                output.WriteLine($"It was the first case of CDP_SEED={seed + i}.");
                throw;
            }

            foreach (var (code, count) in run.Codes) codes[code] = codes.GetValueOrDefault(code) + count;
        }

        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{cases} cases in {Stopwatch.GetElapsedTime(started).TotalSeconds:0.0} s"));
        output.WriteLine(string.Join(", ", codes.OrderBy(c => c.Key).Select(c => $"{c.Key} {c.Value}")));

        // Each reason has to come up often enough for its agreement to say something.
        Assert.All(Common, code => Assert.True(cases < DefaultCases || codes.GetValueOrDefault(code) >= 50, $"{code} came up {codes.GetValueOrDefault(code)} times only."));
    }
}
