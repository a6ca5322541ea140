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

    public static async Task WriteAsync(HttpContext context, ApiServices services, KeyEntry key, ProfileView view, Include include)
    {
        byte[]? provenance = null;
        while (include.HasFlag(Include.Provenance) && (provenance = view.TryMakeProvenance()) is null)
        {
            // It changed between the two looks: both have to be of one version.
            var newer = await services.Grid.GetAsync(key.Workspace, new ProfileRef(view.Id, null), context.RequestAborted);
            if (newer is null) break;
            view = newer;
        }

        if (ProfileReads.IsUnchanged(context, view.ETag + Includes.Suffix(include))) return;
        IReadOnlyList<CustomerEvent> events = [];
        if (include.HasFlag(Include.Events))
        {
            var profile = new ProfileRef(view.Id, null);
            events = (await services.Grid.TimelineAsync(key.Workspace, profile, NewestEvents, null, null, context.RequestAborted))?.Events ?? [];
        }

        var buffer = new ArrayBufferWriter<byte>(view.Json.Length + 1_024);
        buffer.Write(view.Json.AsSpan(0, view.Json.AsSpan().LastIndexOf((byte)'}')));
        if (include.HasFlag(Include.Provenance))
        {
            buffer.Write(",\"provenance\":"u8);
            buffer.Write(provenance ?? "{}"u8);
        }

        if (include.HasFlag(Include.Events))
        {
            buffer.Write(",\"events\":"u8);
            EventJson.WriteArray(buffer, events);
        }

        buffer.Write("}"u8);
        await Answers.WriteJsonAsync(context, buffer.WrittenMemory);
    }
}
