using System.Diagnostics;
using System.Globalization;
using Cdp.Core.Tests.Audiences.Model;
using Cdp.Testing;
using FsCheck;
using FsCheck.Fluent;
using Xunit.Abstractions;

namespace Cdp.Core.Tests.Audiences;

/// <summary>
/// The engine against a slow model that works every answer out from all events: generated rules and computed traits, late, repeated and unordered events,
/// merges, splits, reloads and moves of the clock. <c>CDP_CASES</c> says how many; <c>CDP_SEED</c> repeats a run.
/// </summary>
public sealed class AudienceModelTests(ITestOutputHelper output)
{
    private const int DefaultCases = 20_000;

    [Fact]
    public void The_engine_and_the_model_agree()
    {
        var seed = Seeds.Next(output);
        var cases = int.TryParse(Environment.GetEnvironmentVariable("CDP_CASES"), CultureInfo.InvariantCulture, out var given) ? given : DefaultCases;
        var started = Stopwatch.GetTimestamp();
        Prop.ForAll(Scenario.Any, scenario => new ScenarioRun(scenario).Play())
            .Check(Config.QuickThrowOnFailure.WithMaxTest(cases).WithReplay((ulong)seed, 1));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{cases} cases in {Stopwatch.GetElapsedTime(started).TotalSeconds:0.0} s"));
    }
}
