using Cdp.Core.Actors;
using Cdp.Core.Identity;
using Cdp.Core.Journal;
using Cdp.Core.Profiles;

namespace Cdp.Core.Grid;

public sealed partial class GridEngine
{
    /// <inheritdoc/>
    public async Task<MergeOutcome> MergeAsync(
        string workspace, ProfileRef survivor, ProfileRef absorbed, PersonNote note, CancellationToken cancellationToken = default)
    {
        for (var attempt = 1; attempt <= MaxAttempts; attempt++)
        {
            if (await GetAsync(workspace, survivor, cancellationToken) is not { } winner) return new(MergeRefusals.SurvivorNotFound, null, null);
            if (await GetAsync(workspace, absorbed, cancellationToken) is not { } loser) return new(MergeRefusals.AbsorbedNotFound, null, null);
            if (winner.Id == loser.Id) return await MergedBeforeAsync(workspace, winner, absorbed, cancellationToken);
            var merged = await HoldAndMergeAsync(workspace, winner, loser, note);
            switch (merged.Status)
            {
                case CallStatus.Done when merged.Value is null:
                    return new(MergeRefusals.SharedProfile, null, winner.Id);
                case CallStatus.Done:
                    return new(null, merged.Value!.Id, winner.Id);
                case CallStatus.Unavailable:
                    throw new GridUnavailableException("The store is not available.");
                case CallStatus.Overloaded:
                    throw new GridOverloadedException();
                default:
                    await Task.Delay(services.Ids.Backoff(attempt), services.Clock, cancellationToken);
                    break;
            }
        }

        throw new GridUnavailableException("The profiles are busy.");
    }

    /// <inheritdoc/>
    public async Task<SplitAnswer?> SplitAsync(string workspace, ProfileRef profile, PersonSplit split, CancellationToken cancellationToken = default)
    {
        var answer = await CallAsync(workspace, profile, (c, via) => c.SplitAsync(via, split), cancellationToken);
        // It may remember who had absorbed it. Should this word get lost, whoever comes by its id or an identifier of it makes it read the store.
        if (answer is { Refusal: null }) await actors.Customer(workspace, answer.Given).ReleaseAsync(default, null, reload: true);
        return answer;
    }

    /// <summary>Holds both in the order of their ids, as the router does, so that neither changes until the merge is committed.</summary>
    /// <returns>Done without a value when one of them is the third profile of a shared identifier, which never merges.</returns>
    private async ValueTask<Answer<Merged>> HoldAndMergeAsync(string workspace, ProfileView winner, ProfileView loser, PersonNote note)
    {
        var token = new HoldToken(services.Ids.NewUuid7());
        var held = new Dictionary<CustomerId, CustomerState>();
        ProfileView[] both = winner.Id < loser.Id ? [winner, loser] : [loser, winner];
        CustomerId? unsure = null;
        JournalRow? end = null;
        var reload = false;
        try
        {
            foreach (var view in both)
            {
                var hold = await actors.Customer(workspace, view.Id).HoldAsync(token, view.Version);
                if (hold.Status == CallStatus.Unavailable) unsure = view.Id;
                if (hold.Status != CallStatus.Done) return new(hold.Status == CallStatus.NotMine ? CallStatus.Conflict : hold.Status);
                held.Add(view.Id, hold.Value!);
            }

            if (held.Values.Any(s => s.IsThird)) return new(CallStatus.Done);
            reload = true;
            var merged = await actors.Customer(workspace, winner.Id).MergeAsync(new(token, held[winner.Id].Version, held[loser.Id], note));
            reload = merged.Status is CallStatus.Unavailable or CallStatus.Conflict;
            end = merged.Value?.Other;
            return merged;
        }
        finally
        {
            foreach (var id in held.Keys) await actors.Customer(workspace, id).ReleaseAsync(token, end is { } row && row.Stream == id ? row : null, reload);
            if (unsure is { } last) await actors.Customer(workspace, last).ReleaseAsync(token, null, false);
        }
    }

    private async ValueTask<MergeOutcome> MergedBeforeAsync(string workspace, ProfileView view, ProfileRef absorbed, CancellationToken cancellationToken)
    {
        if (absorbed.Id is not { } id || id == view.Id) return new(MergeRefusals.SameProfile, null, view.Id);
        var rows = await Reading(() => services.Journal.ReadDecisionsAsync(workspace, view.Streams, cancellationToken));
        var last = rows.Where(r => r.Kind == RecordKind.Absorbed && RecordCodec.ReadAbsorbed(r.Body).Loser == id).OrderBy(r => r.TimeMs).LastOrDefault();
        return last.Stream == default ? new(MergeRefusals.SameProfile, null, view.Id) : new(null, new(last.Stream, last.Version), view.Id);
    }
}
