namespace Cdp.Benchmarks;

/// <summary>One measurement of a server, with the processor time that it and what stands below it took.</summary>
/// <param name="Load">What the client saw.</param>
/// <param name="Seconds">Processor time by program.</param>
internal sealed record LoadRun(LoadClient.Result Load, IReadOnlyDictionary<string, double> Seconds)
{
    /// <summary>Measures once.</summary>
    /// <exception cref="InvalidOperationException">A request failed.</exception>
    public static async Task<LoadRun> MeasureAsync(Func<Task<LoadClient.Result>> measure)
    {
        var time = new ProcessorTime();
        var result = await measure();
        if (result.Failures > 0) throw new InvalidOperationException($"{result.Failures} of {result.Requests} requests failed.");
        return new(result, time.Seconds());
    }

    /// <summary>The run in the middle by requests per second.</summary>
    public static LoadRun Median(IEnumerable<LoadRun> runs)
    {
        LoadRun[] all = [.. runs.OrderBy(r => r.Load.RequestsPerSecond)];
        return all[all.Length / 2];
    }

    /// <summary>In words, per so many things in each request.</summary>
    public string Text(string unit, int perRequest)
    {
        var count = Load.Requests * perRequest;
        var parts = Seconds.Append(new("client", Load.ProcessorSeconds))
            .Select(s => (Program: s.Key, Us: s.Value * 1e6 / count)).Where(p => p.Us >= 0.5).Select(p => $"{p.Program} {p.Us:0}");
        return $"{Report.N(Load.RequestsPerSecond * perRequest)} {unit}/s, p50 {Load.P50Ms:0.00} ms, p99 {Load.P99Ms:0.00} ms, " +
            $"{Seconds.Values.Sum() * 1e6 / count:0} µs of processor each ({string.Join(", ", parts)})";
    }
}
