using System.Collections.Immutable;
using Cdp.Core.Audiences;
using Cdp.Core.Geofences;
using Cdp.Core.Identity;

namespace Cdp.Api.Settings;

/// <summary>
/// The settings in force: those of the configuration, which a reload replaces as a whole (take <see cref="Current"/> once per request), and the identity
/// policies that were put by the admin API.
/// </summary>
public sealed class LiveSettings
{
    private volatile CdpSettings _current;
    private ImmutableDictionary<string, StoredPolicy> _policies = ImmutableDictionary.Create<string, StoredPolicy>(StringComparer.Ordinal);

    /// <summary>Makes it.</summary>
    /// <param name="settings">The settings at start.</param>
    public LiveSettings(CdpSettings settings) => _current = settings;

    private ImmutableDictionary<string, FencesInForce> _fences = ImmutableDictionary.Create<string, FencesInForce>(StringComparer.Ordinal);

    private ImmutableDictionary<string, AudiencesInForce> _audiences = ImmutableDictionary.Create<string, AudiencesInForce>(StringComparer.Ordinal);

    /// <summary>Raised after a reload took effect, on the reloader's thread.</summary>
    public event Action<CdpSettings>? Changed;

    /// <summary>The settings in force.</summary>
    public CdpSettings Current => _current;

    /// <summary>Puts new settings in force.</summary>
    /// <param name="settings">The new settings.</param>
    public void Replace(CdpSettings settings)
    {
        _current = settings;
        Changed?.Invoke(settings);
    }

    /// <summary>The rules of a workspace now: those of its stored policy, else those of the configuration.</summary>
    /// <param name="workspace">The workspace; one that is not configured has the default rules.</param>
    /// <returns>The rules. The same object until they change.</returns>
    public IdentityRules Rules(string workspace)
    {
        if (_policies.TryGetValue(workspace, out var stored)) return stored.Rules;
        return _current.Workspaces.TryGetValue(workspace, out var configured) ? configured.Identity : IdentityRules.Default;
    }

    /// <summary>The policy of a workspace that stands in place of the configuration's.</summary>
    /// <param name="workspace">The workspace.</param>
    /// <returns>The policy; null when the configuration's is in force.</returns>
    public StoredPolicy? StoredPolicy(string workspace) => _policies.GetValueOrDefault(workspace);

    /// <summary>The audiences and computed traits of a workspace now.</summary>
    /// <param name="workspace">The workspace.</param>
    /// <returns>The definitions. The same object until they change.</returns>
    public AudiencesInForce Audiences(string workspace) => _audiences.TryGetValue(workspace, out var inForce) ? inForce : AudiencesInForce.None;

    /// <summary>The audiences and computed traits of all workspaces, also of those that have none any more.</summary>
    /// <returns>The definitions by workspace.</returns>
    public IEnumerable<(string Workspace, AudiencesInForce InForce)> AllAudiences() =>
        _current.Workspaces.Keys.Union(_audiences.Keys, StringComparer.Ordinal).Select(w => (w, Audiences(w)));

    /// <summary>The fences of a workspace now.</summary>
    /// <param name="workspace">The workspace.</param>
    /// <returns>The fences. The same object until they change.</returns>
    public FencesInForce Fences(string workspace) => _fences.TryGetValue(workspace, out var inForce) ? inForce : FencesInForce.None;

    /// <summary>Puts fences in force.</summary>
    /// <param name="workspace">The workspace.</param>
    /// <param name="inForce">All of its fences.</param>
    public void ApplyFences(string workspace, FencesInForce inForce) => ImmutableInterlocked.AddOrUpdate(ref _fences, workspace, inForce, (_, _) => inForce);

    /// <summary>Puts audiences and computed traits in force.</summary>
    /// <param name="workspace">The workspace.</param>
    /// <param name="inForce">All of its definitions.</param>
    public void ApplyAudiences(string workspace, AudiencesInForce inForce) => ImmutableInterlocked.AddOrUpdate(ref _audiences, workspace, inForce, (_, _) => inForce);

    /// <summary>Puts a stored policy in force, or the configuration's again.</summary>
    /// <param name="workspace">The workspace.</param>
    /// <param name="policy">The policy; null for the configuration's.</param>
    public void Apply(string workspace, StoredPolicy? policy) =>
        ImmutableInterlocked.Update(ref _policies, static (all, p) => p.policy is null ? all.Remove(p.workspace) : all.SetItem(p.workspace, p.policy), (workspace, policy));
}
