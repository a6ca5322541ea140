using System.Buffers;
using System.Text.Json;
using Cdp.Api.Auth;
using Cdp.Api.Http;
using Cdp.Api.Profiles;
using Cdp.Core.Diagnosis;
using Cdp.Core.Identity;
using Cdp.Core.Journal;
using Microsoft.AspNetCore.Http;

namespace Cdp.Api.Identity.Doctor;

/// <summary><c>GET /v1/identity/doctor?limit&amp;min&amp;seconds&amp;values</c>: where identities look wrong. Names profiles, types and counts; values only when asked.</summary>
internal sealed class DoctorReads(IJournalMaintenance store)
{
    private const int MaxFindings = 1_000;
    private const int MaxSeconds = 90;

    public async Task GetAsync(HttpContext context, ApiServices services, KeyEntry key)
    {
        var options = new DoctorOptions(
            QueryValues.Number(context.Request, "limit", 20, 1, MaxFindings),
            QueryValues.Number(context.Request, "min", 5, 2, 100_000),
            TimeSpan.FromSeconds(QueryValues.Number(context.Request, "seconds", 30, 1, MaxSeconds)));
        var withValues = QueryValues.Flag(context.Request, "values");
        if (!services.Diagnoses.TryEnter())
        {
            await Problem.WriteAsync(context, ProblemCode.Overloaded, "Another diagnosis is under way.");
            return;
        }

        try
        {
            var doctor = new IdentityDoctor(store, services.Grid, services.Time);
            var report = await doctor.RunAsync(key.Workspace, services.Grid.Rules(key.Workspace), options, context.RequestAborted);
            context.Response.Headers.CacheControl = "no-store";
            await Answers.WriteJsonAsync(context, Answer(report, withValues));
        }
        finally
        {
            services.Diagnoses.Leave();
        }
    }

    private static ReadOnlyMemory<byte> Answer(DoctorReport report, bool withValues)
    {
        var buffer = new ArrayBufferWriter<byte>(4 * 1024);
        using (var json = new Utf8JsonWriter(buffer, EventJson.WriterOptions))
        {
            json.WriteStartObject();
            json.WriteBoolean("complete", report.Incomplete.Count == 0);
            json.WriteStartArray("incomplete");
            foreach (var part in report.Incomplete) json.WriteStringValue(part);
            json.WriteEndArray();
            json.WriteNumber("identifiersRead", report.IdentifiersRead);
            json.WriteNumber("decisionsRead", report.DecisionsRead);
            Write(json, "nearLimits", report.NearLimits, f => Near(json, f));
            Write(json, "joiningValues", report.JoiningValues, f => Joining(json, f, withValues));
            Write(json, "manyMerges", report.ManyMerges, f => Profile(json, f.Profile, "absorbed", f.Absorbed));
            Write(json, "manyPersons", report.ManyPersons, f =>
            {
                Profile(json, f.Profile, "identifiers", f.Identifiers);
                json.WriteString("type", f.Type);
            });
            json.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }

    private static void Write<T>(Utf8JsonWriter json, string name, Findings<T> findings, Action<T> members)
    {
        json.WriteStartObject(name);
        json.WriteNumber("count", findings.Count);
        json.WriteStartArray("findings");
        foreach (var finding in findings.Worst)
        {
            json.WriteStartObject();
            members(finding);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Profile(Utf8JsonWriter json, CustomerId profile, string what, int count)
    {
        json.WriteString("profileId", profile.Value);
        json.WriteNumber(what, count);
    }

    private static void Near(Utf8JsonWriter json, NearLimit finding)
    {
        Profile(json, finding.Profile, "identifiers", finding.Identifiers);
        json.WriteNumber("limit", finding.Limit);
        json.WriteString("type", finding.Type);
    }

    private static void Joining(Utf8JsonWriter json, JoiningValue finding, bool withValues)
    {
        json.WriteString("type", finding.Identifier.Type);
        if (withValues) json.WriteString("value", finding.Identifier.Value);
        json.WriteNumber("profiles", finding.Profiles);
        json.WriteNumber("moved", finding.Moved);
        json.WriteNumber("refused", finding.Refused);
        json.WriteNumber("shared", finding.Shared);
    }
}
