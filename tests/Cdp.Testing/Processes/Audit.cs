namespace Cdp.Testing.Processes;

/// <summary>Compares a server's whole content with what its clients know.</summary>
public sealed class Audit
{
    private const int MaxListed = 20;

    private readonly List<string> _violations = [];

    private Audit(IEnumerable<string> earlier) => _violations.AddRange(earlier);

    /// <summary>What is wrong.</summary>
    public IReadOnlyList<string> Violations => _violations;

    public int Sent { get; private set; }

    public int Acked { get; private set; }

    /// <summary>Events in timelines.</summary>
    public int Found { get; private set; }

    /// <summary>Events in timelines that were never acknowledged.</summary>
    public int FoundUnacked { get; private set; }

    public int Profiles { get; private set; }

    public override string ToString() =>
        $"{Sent} events sent, {Acked} acknowledged, {Sent - Acked} of unknown outcome, {Found} found ({FoundUnacked} of them of unknown outcome), {Profiles} profiles";

    public string Report() => string.Join(Environment.NewLine, _violations.Take(MaxListed).Prepend($"{_violations.Count} violations; {this}"));

    /// <summary>Reads everything and compares.</summary>
    /// <param name="client">The server.</param>
    /// <param name="history">What was sent to it.</param>
    /// <param name="mayBeLost">Acknowledged events that are allowed to be missing; null for none.</param>
    public static async Task<Audit> OfAsync(GridClient client, History history, Func<SentEvent, bool>? mayBeLost = null)
    {
        var audit = new Audit(history.Violations);
        var events = history.Events.ToDictionary(e => e.MessageId, StringComparer.Ordinal);
        var references = events.Values.SelectMany(e => e.Own.Concat(e.Shared)).Distinct(StringComparer.Ordinal).ToList();
        var owners = references.Zip(await client.LookupAsync(references)).ToDictionary(p => p.First, p => p.Second, StringComparer.Ordinal);
        var profiles = await audit.ProfilesAsync(client, owners, events.Values.Where(e => e.IsAcked && mayBeLost?.Invoke(e) != true));
        var placeOf = await audit.TimelinesAsync(client, profiles, events);
        audit.CompareIdentifiers(owners, profiles);
        audit.CompareEvents(events.Values, placeOf, owners, mayBeLost);
        return audit;
    }

    /// <summary>Every profile that an identifier or an earlier answer leads to.</summary>
    private async Task<Dictionary<string, ProfileAnswer>> ProfilesAsync(GridClient client, Dictionary<string, ProfileAnswer?> owners, IEnumerable<SentEvent> acked)
    {
        var profiles = new Dictionary<string, ProfileAnswer>(StringComparer.Ordinal);
        foreach (var profile in owners.Values) if (profile is not null) profiles[profile.Id] = profile;
        var answered = acked.Select(e => e.ProfileId).OfType<string>().Distinct(StringComparer.Ordinal).Where(id => !profiles.ContainsKey(id)).ToList();
        foreach (var (id, profile) in answered.Zip(await client.LookupAsync(answered)))
        {
            if (profile is null) _violations.Add($"profile {id} was in an answer and is gone");
            else profiles[profile.Id] = profile;
        }

        Profiles = profiles.Count;
        return profiles;
    }

    /// <summary>In which profile's timeline each event is; counters must say the same.</summary>
    private async Task<Dictionary<string, string>> TimelinesAsync(GridClient client, Dictionary<string, ProfileAnswer> profiles, Dictionary<string, SentEvent> events)
    {
        var placeOf = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var profile in profiles.Values)
        {
            var timeline = await client.TimelineAsync(profile.Id);
            foreach (var (messageId, _) in timeline)
            {
                if (!events.ContainsKey(messageId)) _violations.Add($"{messageId} in {profile.Id} was never sent");
                if (!placeOf.TryAdd(messageId, profile.Id)) _violations.Add($"{messageId} is in {profile.Id} and in {placeOf[messageId]}");
            }

            if (timeline.Count != profile.EventCount) _violations.Add($"{profile.Id} counts {profile.EventCount} events and lists {timeline.Count}");
            foreach (var group in timeline.GroupBy(e => e.Name))
            {
                var counted = profile.Events.GetValueOrDefault(group.Key);
                if (counted != group.Count()) _violations.Add($"{profile.Id} counts {counted} of {group.Key} and lists {group.Count()}");
            }
        }

        Found = placeOf.Count;
        return placeOf;
    }

    /// <summary>An identifier is in exactly the one profile that it resolves to.</summary>
    private void CompareIdentifiers(Dictionary<string, ProfileAnswer?> owners, Dictionary<string, ProfileAnswer> profiles)
    {
        foreach (var profile in profiles.Values)
        {
            foreach (var reference in profile.Identifiers)
            {
                if (owners.GetValueOrDefault(reference)?.Id is var owner && owner != profile.Id)
                    _violations.Add($"{reference} is in {profile.Id} and resolves to {owner ?? "nothing"}");
            }
        }

        foreach (var (reference, profile) in owners)
        {
            if (profile is not null && !profile.Identifiers.Contains(reference)) _violations.Add($"{reference} resolves to {profile.Id}, which does not list it");
        }
    }

    private void CompareEvents(
        ICollection<SentEvent> events, Dictionary<string, string> placeOf, Dictionary<string, ProfileAnswer?> owners, Func<SentEvent, bool>? mayBeLost)
    {
        Sent = events.Count;
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var e in events)
        {
            if (e.IsAcked) Acked++;
            if (!placeOf.TryGetValue(e.MessageId, out var place))
            {
                if (e.IsAcked && mayBeLost?.Invoke(e) != true) _violations.Add($"{e.MessageId} was acknowledged and is lost: {e.Json}");
                continue;
            }

            if (!e.IsAcked) FoundUnacked++;
            foreach (var reference in e.Own.Concat(e.Shared)) seen.Add(reference);
            foreach (var reference in e.Own)
            {
                // Whoever is one person in truth is one profile: the event's identifiers all lead to where it is.
                if (owners[reference]?.Id is var owner && owner != place)
                    _violations.Add($"{e.MessageId} is in {place}, but its {reference} leads to {owner ?? "nothing"}");
            }
        }

        foreach (var (reference, profile) in owners)
        {
            if (profile is not null != seen.Contains(reference))
                _violations.Add($"{reference} {(profile is null ? "leads nowhere, though an event of it is there" : $"leads to {profile.Id}, though no event of it is there")}");
        }

        // Nobody has two user ids, and none of somebody else's identifiers.
        foreach (var profile in owners.Values.OfType<ProfileAnswer>().DistinctBy(p => p.Id))
        {
            var users = profile.Identifiers.Where(i => i.StartsWith("user_id:", StringComparison.Ordinal)).ToList();
            if (users.Count > 1) _violations.Add($"{profile.Id} is {string.Join(" and ", users)}");
        }
    }
}
