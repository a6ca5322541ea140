namespace Cdp.Api.Settings;

/// <summary>The settings in force. A reload replaces them as a whole; take <see cref="Current"/> once per request.</summary>
public sealed class LiveSettings
{
    private volatile CdpSettings _current;

    /// <summary>Makes it.</summary>
    /// <param name="settings">The settings at start.</param>
    public LiveSettings(CdpSettings settings) => _current = settings;

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
}
