using System.Globalization;
using Cdp.Core.Audiences.Membership;
using Cdp.Core.Events;
using Cdp.Core.Identity;

namespace Cdp.Core.Activation;

/// <summary>Something that happened to a customer, for which triggers may wait.</summary>
public sealed class Occasion
{
    // No id holds it, so that two texts side by side are never taken for two others.
    private const char Between = '\0';

    private Occasion(OccasionKind kind, string subject, CustomerId part, long atMs, bool isHistorical, string occurrence) =>
        (Kind, Subject, Part, AtMs, IsHistorical, Occurrence) = (kind, subject, part, atMs, isHistorical, occurrence);

    /// <summary>What kind it is.</summary>
    public OccasionKind Kind { get; }

    /// <summary>What it is about, see <see cref="TriggerDecision.Subject"/>.</summary>
    public string Subject { get; }

    /// <summary>The part of the profile that it came in by.</summary>
    public CustomerId Part { get; }

    /// <summary>Unix milliseconds at which it happened.</summary>
    public long AtMs { get; }

    /// <summary>True when it must trigger nothing.</summary>
    public bool IsHistorical { get; }

    /// <summary>Names it in the workspace for good, before and after merges: of equal occurrences each trigger decides once.</summary>
    internal string Occurrence { get; }

    internal CustomerEvent? Event { get; private init; }

    internal MembershipChange? Change { get; private init; }

    internal FenceOccasion? Transition { get; private init; }

    /// <summary>An event, named by its message id and its strongest identifier: senders do repeat message ids between people.</summary>
    /// <param name="e">The event.</param>
    /// <param name="part">The part that it was folded into.</param>
    /// <returns>The occasion; historical as <see cref="Lateness"/> says.</returns>
    public static Occasion OfEvent(CustomerEvent e, CustomerId part)
    {
        ArgumentNullException.ThrowIfNull(e);
        var anchor = e.Identifiers[0];
        var occurrence = string.Join(Between, "event", anchor.Type, anchor.Value, e.MessageId);
        return new(OccasionKind.Event, e.Name ?? EventTypes.NameOf(e.Type), part, e.OrderMs, Lateness.IsHistorical(e), occurrence) { Event = e };
    }

    /// <summary>An entry into an audience or an exit out of one.</summary>
    /// <param name="change">The change.</param>
    /// <param name="stream">The stream that it is written to.</param>
    /// <returns>The occasion.</returns>
    public static Occasion OfAudience(MembershipChange change, CustomerId stream)
    {
        ArgumentNullException.ThrowIfNull(change);
        var occurrence = string.Join(Between, "audience", stream, change.Audience, change.Kind, Number(change.AtMs));
        return new(OccasionKind.Audience, change.Audience, stream, change.AtMs, change.Historical, occurrence) { Change = change };
    }

    /// <summary>A transition at a fence, which is one occasion for each customer of whom it is told: senders do give one name to many devices.</summary>
    /// <param name="transition">The transition.</param>
    /// <returns>The occasion.</returns>
    public static Occasion OfFence(FenceOccasion transition)
    {
        ArgumentNullException.ThrowIfNull(transition);
        return new(
            OccasionKind.Fence, transition.Fence, transition.Part, transition.AtMs, transition.Historical, string.Join(Between, "fence", transition.Part, transition.Id)) { Transition = transition };
    }

    /// <summary>A moment at which computed traits may have changed by time alone.</summary>
    /// <param name="stream">The customer's own stream.</param>
    /// <param name="atMs">Unix milliseconds.</param>
    /// <returns>The occasion, for which only triggers on computed traits wait.</returns>
    public static Occasion OfTime(CustomerId stream, long atMs) =>
        new(OccasionKind.Computed, "", stream, atMs, isHistorical: false, string.Join(Between, "time", stream, Number(atMs)));

    /// <summary>The crossing that this event or moment brought about.</summary>
    internal Occasion Crossing(string computed) =>
        new(OccasionKind.Computed, computed, Part, AtMs, IsHistorical, string.Join(Between, "computed", computed, Occurrence)) { Event = Event };

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
