using System.Buffers;
using System.Text.Json;
using Cdp.Api.Auth;
using Cdp.Api.Http;
using Cdp.Api.Ingest;
using Cdp.Api.Settings;
using Cdp.Core.Events;
using Cdp.Core.Identity;
using Cdp.Core.Profiles;
using Cdp.Core.Simulation;
using Microsoft.AspNetCore.Http;

namespace Cdp.Api.Identity.Simulate;

/// <summary><c>POST /v1/identity/simulate</c>: what events would do under a policy, from an empty grid. Nothing is stored and nothing of it is counted.</summary>
internal static class Simulations
{
    public static async Task SimulateAsync(HttpContext context, ApiServices services, KeyEntry key)
    {
        // Before a place is taken: a slow sender must not keep others out.
        using var bytes = await RequestBody.ReadAsync(context.Request, services.Ingest.Bytes, IdentityBody.MaxBytes);
        if (!services.Simulations.TryEnter())
        {
            await Problem.WriteAsync(context, ProblemCode.Overloaded, "Too many simulations are under way.");
            return;
        }

        try
        {
            var body = SimulateBody.Read(bytes.Memory);
            await RunAsync(context, services, key.Workspace, body, Rules(body, services.Grid.Rules(key.Workspace)));
        }
        catch (SettingsException error)
        {
            await Problem.WriteAsync(context, ProblemCode.InvalidPolicy, $"{error.Problems.Count} problems.", errors: error.Problems);
        }
        finally
        {
            services.Simulations.Leave();
        }
    }

    private static IdentityRules Rules(SimulateBody body, IdentityRules inForce)
    {
        if (body.Preset is null && body.Policy is null) return inForce;
        try
        {
            return PolicyDocument.Read(body.Policy ?? "{}"u8.ToArray(), body.Preset);
        }
        catch (JsonException)
        {
            throw new ProblemException(ProblemCode.InvalidJson, "policy: is nested too deep.");
        }
    }

    private static async Task RunAsync(HttpContext context, ApiServices services, string workspace, SimulateBody body, IdentityRules rules)
    {
        var simulation = new PolicySimulation(workspace, rules, services.Time);
        var batch = Parse(body, new(rules, new(""), services.Time.GetUtcNow().ToUnixTimeMilliseconds()) { NewMessageId = simulation.NewMessageId });
        batch.Add(await simulation.IngestAsync(batch.Events, context.RequestAborted));
        var profiles = await simulation.ProfilesAsync();
        context.Response.Headers.CacheControl = "no-store";
        await Answers.WriteJsonAsync(context, Answer(profiles, batch));
    }

    private static IngestBatch Parse(SimulateBody body, ParseContext context)
    {
        var batch = new IngestBatch(keepOutcomes: true);
        var index = 0;
        for (var events = body.Events; events.Next();)
            batch.Add(EventParser.Parse(events.Current, context with { Source = SimulatedSource.Of(events.Current, index++) }), events.Current, null);
        return batch;
    }

    private static ReadOnlyMemory<byte> Answer(IReadOnlyList<ProfileView> profiles, IngestBatch batch)
    {
        var buffer = new ArrayBufferWriter<byte>(16 * 1024);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteStartArray("profiles");
            foreach (var profile in profiles) json.WriteRawValue(profile.Json, skipInputValidation: true);
            json.WriteEndArray();
            IngestAnswer.WriteOutcomes(json, batch);
            json.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }
}
