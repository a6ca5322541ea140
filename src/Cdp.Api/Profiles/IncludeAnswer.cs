using System.Buffers;
using Cdp.Api.Auth;
using Cdp.Api.Http;
using Cdp.Core.Events;
using Cdp.Core.Grid;
using Cdp.Core.Profiles;
using Microsoft.AspNetCore.Http;

namespace Cdp.Api.Profiles;

/// <summary>A profile with <c>provenance</c> and <c>events</c> added to its bytes.</summary>
internal static class IncludeAnswer
{
    private const int NewestEvents = 50;
    private const int MaxAttempts = 10;

    public static async Task WriteAsync(HttpContext context, ApiServices services, KeyEntry key, ProfileView first, Include include)
    {
        if (ProfileReads.IsUnchanged(context, first.ETag + Includes.Suffix(include))) return;
        var (view, provenance) = include.HasFlag(Include.Provenance) ? await MakeProvenanceAsync(services, key, first) : (first, null);
        if (view is null)
        {
            await ProfileReads.NotFoundAsync(context);
            return;
        }

        IReadOnlyList<CustomerEvent> events = [];
        if (include.HasFlag(Include.Events))
        {
            var profile = new ProfileRef(view.Id, null);
            events = (await services.Grid.TimelineAsync(key.Workspace, profile, NewestEvents, null, null, context.RequestAborted))?.Events ?? [];
        }

        var buffer = new ArrayBufferWriter<byte>(view.Json.Length + 1_024);
        buffer.Write(view.Json.AsSpan(0, view.Json.AsSpan().LastIndexOf((byte)'}')));
        if (provenance is not null)
        {
            buffer.Write(",\"provenance\":"u8);
            buffer.Write(provenance);
        }

        if (include.HasFlag(Include.Events))
        {
            buffer.Write(",\"events\":"u8);
            EventJson.WriteArray(buffer, events);
        }

        buffer.Write("}"u8);
        ProfileReads.SetTag(context, view.ETag + Includes.Suffix(include));
        await Answers.WriteJsonAsync(context, buffer.WrittenMemory);
    }

    // Provenance is made for the newest state only, so a profile that changes meanwhile is read again.
    private static async Task<(ProfileView? View, byte[]? Provenance)> MakeProvenanceAsync(ApiServices services, KeyEntry key, ProfileView? view)
    {
        for (var attempt = 0; view is not null && attempt < MaxAttempts; attempt++)
        {
            if (await view.TryMakeProvenanceAsync() is { } provenance) return (view, provenance);
            view = await services.Grid.GetAsync(key.Workspace, new ProfileRef(view.Id, null), CancellationToken.None);
        }

        return view is null ? default : throw new GridUnavailableException("The profile changes too fast.");
    }
}
