using System.Globalization;
using Cdp.Core.Geofences;
using Cdp.Core.Geofences.Geometry;
using Cdp.Core.Geofences.Index;
using Cdp.Core.Geofences.Tracking;
using Cdp.Testing;
using Xunit.Abstractions;

namespace Cdp.Core.Tests.Geofences;

/// <summary>Generated walks over generated fences, told alike by index and tracker and by a model that knows neither.</summary>
public sealed class TrackerModelTests(ITestOutputHelper output)
{
    private const int Cases = 6_000;

    private static readonly Position[] Places = [new(59.91, 10.75), new(0.001, -179.9995), new(89.995, 20), new(-33.9, 18.4)];

    [Fact]
    public void Index_and_tracker_tell_what_the_model_tells()
    {
        var seed = Seeds.Next(output);
        var (told, kinds) = (0, new Dictionary<string, int>());
        for (var i = 0; i < Cases; i++)
        {
            var log = Play(new Random(unchecked(seed + i)), $"case {i} of seed {seed}");
            told += log.Count;
            foreach (var line in log)
            {
                var words = line.Split(' ');
                kinds[$"{words[1]} {words[5]}"] = kinds.GetValueOrDefault($"{words[1]} {words[5]}") + 1;
            }
        }

        output.WriteLine($"{told} transitions: {string.Join(", ", kinds.OrderBy(k => k.Key).Select(k => $"{k.Key} {k.Value}"))}");

        // Cases that decide nothing would agree with any model.
        foreach (var kind in new[] { "Enter None", "Exit None", "Dwell None", "Cross None", "Enter Cooldown", "Enter SingleUse", "Enter Initial", "Dwell Hours" }) Assert.True(kinds.GetValueOrDefault(kind) > 5, kind);
    }

    /// <summary>A fence that was changed while a device was entering it, where the fixes before count; one that expired after a silence, and was then drawn anew.</summary>
    [Theory]
    [InlineData(88605964 + 4854)]
    [InlineData(1977963884 + 734)]
    public void What_was_found_once_stays_mended(int seed) => Assert.NotEmpty(Play(new Random(seed), "the found case"));

    private static List<string> Play(Random random, string what)
    {
        var options = new PositionOptions { DecimalPlaces = random.Next(4, 8), KeptFixes = random.Next(1, 3), Retention = TimeSpan.FromHours(random.Next(1, 60)) };
        var model = new TrackerModel(options);
        var (index, state, place, version) = (FenceIndex.Empty, TrackState.Empty, Places[random.Next(Places.Length)], 0);
        List<string> log = [];
        var at = Walk.Start;
        for (var i = random.Next(1, 6); i > 0; i--) Change(random.Next(6));
        for (var step = random.Next(5, 30); step > 0; step--)
        {
            at += random.Next(12) switch { 0 => 0, 1 => random.Next(3_600_000), 2 => random.Next(100_000_000), 3 => random.Next(1_000), _ => random.Next(120_000) };
            switch (random.Next(12))
            {
                case 0:
                    Pass();
                    Change(random.Next(6));
                    break;
                case 1:
                    Pass();
                    break;
                case 2:
                    state = TrackStateTests.Read(TrackStateTests.Write(state));
                    break;
                default:
                    Take(NextFix());
                    break;
            }

            Assert.True(InOrder(model.Log).SequenceEqual(InOrder(log)), $"{what}, {step} before the end:\n{string.Join('\n', log)}\nbut the model:\n{string.Join('\n', model.Log)}");
            foreach (var device in state.DeviceIds) Assert.Equal(model.VisitsOf(device), state.FencesOf(device));
        }

        return log;

        void Change(int which)
        {
            var id = $"f{which}";
            if (random.Next(5) == 0)
            {
                model.Fences.Remove(id);
                index = index.Without(id);
                return;
            }

            var fence = NextFence(random, id, place, ++version, at);
            model.Fences[id] = fence;
            index = index.With(fence);
        }

        void Pass()
        {
            model.Pass(at);
            Add(FenceTracker.Due(state, at, index, options));
        }

        void Take(Fix fix)
        {
            var outcome = model.Take(fix);
            var result = FenceTracker.Step(state, fix, index, options);
            Assert.True(outcome == result.Outcome, $"{what}: {result.Outcome}, but the model {outcome}");
            Add(result);
        }

        void Add(TrackStep result)
        {
            state = result.State;
            log.AddRange(Lines(result));
        }

        Fix NextFix()
        {
            var reach = random.Next(8) == 0 ? 20_000 : 400;
            var (lat, lon) = Vincenty.Move(place.Latitude, place.Longitude, random.NextDouble() * 360, random.NextDouble() * reach);
            double? accuracy = random.Next(4) switch { 0 => null, 1 => random.Next(500), _ => random.Next(20) };
            return new(random.Next(5) == 0 ? "watch" : "phone", new(lat, lon), at - (random.Next(10) == 0 ? random.Next(60_000) : 0), accuracy);
        }
    }

    // What is told of a device is told in the order in which it happened, and so is what is not; between these there is none.
    private static IEnumerable<string> InOrder(List<string> log) => log.OrderBy(l => (l.Split(' ')[0], l.Split(' ')[5] == nameof(Suppression.None)));

    private static IEnumerable<string> Lines(TrackStep step) =>
        step.Transitions.Select(t => (T: t, Quiet: Suppression.None)).Concat(step.Suppressed.Select(s => (T: s.Transition, Quiet: s.Reason)))
            .Select(x => $"{x.T.DeviceId} {x.T.Kind} {x.T.FenceId} v{x.T.FenceVersion} {x.T.AtMs} {x.Quiet} {More(x.T)}");

    private static string More(FenceTransition t) => t switch
    {
        { Initial: true } => "initial",
        { Synthetic: true } => string.Create(CultureInfo.InvariantCulture, $"synthetic {Math.Round(t.DwellSeconds!.Value * 1000)}"),
        { Kind: FenceEvents.Exit } => string.Create(CultureInfo.InvariantCulture, $"{Math.Round(t.DwellSeconds!.Value * 1000)}"),
        _ => "",
    };

    private static Fence NextFence(Random random, string id, Position place, int version, long at)
    {
        var (lat, lon) = Vincenty.Move(place.Latitude, place.Longitude, random.NextDouble() * 360, random.NextDouble() * 250);
        var ring = Enumerable.Range(0, 5).Select(i => Vincenty.Move(lat, lon, 360 - (i * 72), 50 + (random.NextDouble() * 200))).ToArray();
        var geometry = random.Next(3) == 0 && Math.Abs(place.Latitude) < 80
            ? $$"""{"type":"Polygon","coordinates":[[{{string.Join(',', ring.Append(ring[0]).Select(p => string.Create(CultureInfo.InvariantCulture, $"[{p.Lon:0.#######},{p.Lat:0.#######}]")))}}]]}"""
            : string.Create(CultureInfo.InvariantCulture, $$"""{"type":"Circle","center":[{{lon}},{{lat}}],"radiusMeters":{{random.Next(30, 300)}}}""");
        List<string> more = [];
        May("\"events\":[\"enter\",\"exit\",\"dwell\",\"cross\"],\"dwellSeconds\":" + random.Next(10, 2_000), 2);
        May($"\"confirmFixes\":{{\"enter\":{random.Next(1, 4)},\"exit\":{random.Next(1, 4)}}}", 2);
        May($"\"confirmSeconds\":{random.Next(0, 120)}", 3);
        May($"\"exitBufferMeters\":{random.Next(0, 80)}", 3);
        May($"\"maxAccuracyMeters\":{random.Next(5, 400)}", 3);
        May($"\"maxSpeedMps\":{random.Next(1, 300)}", 4);
        May($"\"cooldownSeconds\":{random.Next(1, 5_000)}", 3);
        May("\"singleUse\":true", 5);
        May("\"emitInitial\":false", 3);
        May($"\"silenceSeconds\":{random.Next(60, 10_000)}", 3);
        May("\"exitOnSilence\":true", 2);
        May($"\"expiresAt\":\"{DateTimeOffset.FromUnixTimeMilliseconds(at + random.Next(10_000_000)):yyyy-MM-ddTHH:mm:ssZ}\"", 6);
        May("\"activeHours\":{\"zone\":\"Europe/Oslo\",\"hours\":[{\"from\":\"09:10\",\"to\":\"09:40\"},{\"days\":[\"tue\"],\"from\":\"20:00\",\"to\":\"09:00\"}]}", 4);
        return Fences.Of($$"""{"id":"{{id}}","geometry":{{geometry}}{{string.Concat(more.Select(m => "," + m))}} }""", version, random.Next(2) == 0 ? at : 0);

        void May(string member, int oneIn)
        {
            if (random.Next(oneIn) == 0) more.Add(member);
        }
    }
}
