using Cdp.Core.Identity;

namespace Cdp.Core.Profiles;

public sealed partial class CustomerState
{
    private volatile Made? _view;
    private bool _surrendered;

    private sealed record Made(ProfileView View, IdentityRules Rules, ProfileExtras Extras);

    /// <summary>
    /// The profile as of <see cref="Version"/>, made by the first reader after a change and shared by all others. Any thread may call it.
    /// </summary>
    /// <param name="workspace">The workspace's name, which the answer shows.</param>
    /// <param name="rules">The workspace's rules: they say which identifiers name a person.</param>
    /// <param name="extras">What the definitions make of it.</param>
    /// <returns>The profile; null when this state is not live: merged away, erased, or handed to a survivor.</returns>
    public ProfileView? View(string workspace, IdentityRules rules, ProfileExtras extras)
    {
        var made = _view;
        if (made is not null && ReferenceEquals(made.Rules, rules) && ReferenceEquals(made.Extras, extras)) return made.View;
        lock (_gate)
        {
            if (_surrendered || Status != CustomerStatus.Live || Version == 0) return null;
            var view = ProfileJson.Make(this, workspace, rules, extras);
            _view = new Made(view, rules, extras);
            return view;
        }
    }

    /// <summary>The profile without what definitions make of it.</summary>
    /// <param name="workspace">The workspace's name.</param>
    /// <param name="rules">The workspace's rules.</param>
    /// <returns>As above.</returns>
    public ProfileView? View(string workspace, IdentityRules rules) => View(workspace, rules, ProfileExtras.None);

    /// <summary>Where the traits of a version came from; null when the state has changed since.</summary>
    internal byte[]? Provenance(long version)
    {
        lock (_gate) return _surrendered || Status != CustomerStatus.Live || Version != version ? null : ProfileJson.Provenance(this);
    }
}
