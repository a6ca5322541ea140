using Cdp.Core.Identity;
using Cdp.Core.Journal;

namespace Cdp.Testing.Journal;

/// <summary>A store that now and then yields, fails before or after it has committed, or refuses: seeded per call order.</summary>
public sealed class FlakyJournal(IJournal inner, int seed, double faultRatio) : DelegatingJournal(inner)
{
    private readonly Random _random = new(seed);

    /// <summary>Ends the faults, so that the retries can finish.</summary>
    public bool Healthy { get; set; }

    public override async ValueTask<CommitOutcome> CommitAsync(UnitOfWork unit, CancellationToken cancellationToken = default)
    {
        var dice = await DiceAsync();
        if (dice < faultRatio * 0.3) throw new JournalUnavailableException("injected: before the commit");
        if (dice < faultRatio * 0.4) throw new JournalOverloadedException();
        if (dice < faultRatio * 0.7) throw new UnknownCommitOutcomeException("injected: lost before the commit");
        var outcome = await base.CommitAsync(unit, cancellationToken);
        if (dice < faultRatio) throw new UnknownCommitOutcomeException("injected: lost after the commit");
        return outcome;
    }

    public override async ValueTask<StreamLoad?> LoadAsync(
        string workspace, CustomerId stream, long? upToVersion = null, CancellationToken cancellationToken = default)
    {
        await MayFailAsync();
        return await base.LoadAsync(workspace, stream, upToVersion, cancellationToken);
    }

    public override async ValueTask<IReadOnlyList<JournalRow>> ReadStreamAsync(
        string workspace, CustomerId stream, long afterVersion, int limit, CancellationToken cancellationToken = default)
    {
        await MayFailAsync();
        return await base.ReadStreamAsync(workspace, stream, afterVersion, limit, cancellationToken);
    }

    public override async ValueTask<IReadOnlyList<Ownership>> OwnersAsync(
        string workspace, IReadOnlyList<Identifier> identifiers, CancellationToken cancellationToken = default)
    {
        await MayFailAsync();
        return await base.OwnersAsync(workspace, identifiers, cancellationToken);
    }

    private async ValueTask MayFailAsync()
    {
        if (await DiceAsync() < faultRatio * 0.2) throw new JournalUnavailableException("injected: read");
    }

    private async ValueTask<double> DiceAsync()
    {
        await Task.Yield();
        if (Healthy) return 1;
        lock (_random) return _random.NextDouble();
    }
}
