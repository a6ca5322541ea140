using System.Runtime.InteropServices;
using Cdp.Client.Messages;
using Cdp.Core.Actors;
using Cdp.Core.Profiles;

namespace Cdp.Grains.Customers;

/// <summary>Answers of Core's actors as messages, and back. Arrays are shared and never written to.</summary>
internal static class Replies
{
    public static ReadReply Of(Answer<ProfileView> answer) => new(answer.Status, answer.Value is { } view ? Of(view) : null, answer.Successor);

    public static ApplyReply Of(ApplyAnswer answer) =>
        new(answer.Status, [.. answer.Outcomes], answer.Successor, answer.Others is { } others ? [.. others] : null);

    /// <summary>The view that a message holds.</summary>
    /// <param name="message">The message.</param>
    /// <param name="provenance">Makes its provenance, see <see cref="ProfileView.TryMakeProvenanceAsync"/>.</param>
    /// <returns>The view.</returns>
    public static ProfileView ToView(this ViewMessage message, Func<ValueTask<byte[]?>> provenance) => new()
    {
        Id = message.Id,
        Version = message.Version,
        ETag = message.ETag,
        Json = message.Json,
        Streams = message.Streams,
        Identifiers = message.Identifiers,
        IdentifiersJson = message.Json.AsMemory(message.IdentifiersAt, message.IdentifiersBytes),
        TryMakeProvenanceAsync = provenance,
    };

    private static ViewMessage Of(ProfileView view)
    {
        // The identifiers are a slice of the JSON, so their place tells them.
        MemoryMarshal.TryGetArray(view.IdentifiersJson, out var identifiers);
        return new(view.Id, view.Version, view.ETag, view.Json, [.. view.Streams], [.. view.Identifiers], identifiers.Offset, identifiers.Count);
    }
}
