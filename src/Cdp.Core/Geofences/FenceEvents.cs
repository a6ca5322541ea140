namespace Cdp.Core.Geofences;

/// <summary>The kinds of transitions that a fence asks for.</summary>
[Flags]
public enum FenceEvents
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>The device came in.</summary>
    Enter = 1,

    /// <summary>The device went out.</summary>
    Exit = 2,

    /// <summary>The device has been inside for <see cref="FenceOptions.DwellSeconds"/>.</summary>
    Dwell = 4,

    /// <summary>The device was outside at two fixes and the line between them meets the fence.</summary>
    Cross = 8,
}
