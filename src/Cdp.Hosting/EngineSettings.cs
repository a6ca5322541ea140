using Cdp.Api.Settings;
using Cdp.Core.Identity;

namespace Cdp.Hosting;

/// <summary>What the engine asks of the settings while it runs: taken anew each time, so that a reload takes effect.</summary>
internal static class EngineSettings
{
    /// <summary>The rules of a workspace.</summary>
    public static Func<string, IdentityRules> Rules(this LiveSettings live) => live.Rules;

    /// <summary>For how long raw events are kept, by workspace; those that keep theirs for ever are not in it.</summary>
    public static Func<IReadOnlyDictionary<string, TimeSpan>> Retention(this LiveSettings live) => () => live.Current.Workspaces
        .Where(w => w.Value.RetainEvents is not null)
        .ToDictionary(w => w.Key, w => w.Value.RetainEvents!.Value);
}
