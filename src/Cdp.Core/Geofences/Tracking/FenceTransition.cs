using System.Security.Cryptography;
using System.Text.Unicode;
using Cdp.Core.Identity;

namespace Cdp.Core.Geofences.Tracking;

/// <summary>Something that happened between a device and a fence.</summary>
/// <param name="Id">
/// The same for the same device, fence, kind and time whoever's device it is and however often it is worked out: 32 hexadecimal digits. See <see cref="Of"/> for
/// devices without a name.
/// </param>
/// <param name="Kind">One kind.</param>
/// <param name="FenceId">The fence.</param>
/// <param name="FenceVersion">Its version that judged.</param>
/// <param name="DeviceId">The device.</param>
/// <param name="AtMs">The time of the fix that decided it, by the device; of a dwell and of a synthetic exit the moment it was due. Unix milliseconds.</param>
public sealed record FenceTransition(string Id, FenceEvents Kind, string FenceId, long FenceVersion, string DeviceId, long AtMs)
{
    /// <summary>How long the visit lasted until then, from enter on; null for an enter and a crossing.</summary>
    /// <value>Seconds.</value>
    public double? DwellSeconds { get; init; }

    /// <summary>How far outside of the fence the deciding fix lies; null when no fix decided it.</summary>
    /// <value>Metres, 0 inside.</value>
    public double? DistanceMeters { get; init; }

    /// <summary>Of an enter: nobody knows that the device came in; it was inside when it, or this version of the fence, was first seen.</summary>
    public bool Initial { get; init; }

    /// <summary>Of an exit: nobody saw the device leave; it has been silent for too long.</summary>
    public bool Synthetic { get; init; }

    /// <summary>The transition as it is told of a customer. Devices without a name are as many as there are customers, who may all come in at one moment.</summary>
    /// <param name="customer">The customer.</param>
    /// <returns>With an id of the customer's own when the device has no name.</returns>
    public FenceTransition Of(CustomerId customer) =>
        DeviceId == FixReader.UnnamedDevice ? this with { Id = IdOf($"{DeviceId}\n{customer}", FenceId, Kind, AtMs) } : this;

    /// <summary>Works out an id.</summary>
    /// <param name="deviceId">The device.</param>
    /// <param name="fenceId">The fence.</param>
    /// <param name="kind">The kind.</param>
    /// <param name="atMs">When, Unix milliseconds.</param>
    /// <returns>The first 16 bytes of a SHA-256 in hexadecimal digits.</returns>
    /// <exception cref="ArgumentException">An id is longer than fences and fixes allow.</exception>
    public static string IdOf(string deviceId, string fenceId, FenceEvents kind, long atMs)
    {
        // Ids of fences have no line ends, so no two quadruples make one text. A device id is at most 256 characters.
        Span<byte> text = stackalloc byte[128 + (3 * (FixReader.MaxDeviceIdChars + 40))];
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        if (!Utf8.TryWrite(text, System.Globalization.CultureInfo.InvariantCulture, $"{fenceId}\n{(int)kind}\n{atMs}\n{deviceId}", out var length))
            throw new ArgumentException("An id is too long.", nameof(deviceId));
        SHA256.HashData(text[..length], hash);
        return Convert.ToHexStringLower(hash[..16]);
    }
}

/// <summary>Why something that happened is not told.</summary>
public enum Suppression
{
    /// <summary>It is told.</summary>
    None,

    /// <summary>The visit or crossing began within <see cref="FenceOptions.CooldownSeconds"/> of the last that was told.</summary>
    Cooldown,

    /// <summary>The fence is for one visit, and there has been one.</summary>
    SingleUse,

    /// <summary>The device was inside when it was first seen, and the fence does not tell that.</summary>
    Initial,

    /// <summary>The dwell was due outside of the fence's active hours.</summary>
    Hours,

    /// <summary>The device is kept to as many fences as can be.</summary>
    TooManyFences,
}

/// <summary>What is not told, and why.</summary>
/// <param name="Transition">What happened.</param>
/// <param name="Reason">Why it is not told.</param>
public sealed record SuppressedTransition(FenceTransition Transition, Suppression Reason);

/// <summary>What became of a fix.</summary>
public enum FixOutcome
{
    /// <summary>It was judged, or there was no fence to judge it.</summary>
    Accepted,

    /// <summary>Not later than the last one by the device's clock: it changes nothing.</summary>
    Stale,

    /// <summary>Every fence in question passed it over as not accurate enough.</summary>
    Inaccurate,

    /// <summary>It could be reached only too fast, and waits for a second one.</summary>
    Implausible,
}

/// <summary>What a fix, or the passing of time, led to.</summary>
/// <param name="State">The state after it.</param>
/// <param name="Transitions">What is told, in the order in which it happened.</param>
/// <param name="Suppressed">What is not, and why.</param>
/// <param name="Outcome">What became of the fix.</param>
public sealed record TrackStep(TrackState State, IReadOnlyList<FenceTransition> Transitions, IReadOnlyList<SuppressedTransition> Suppressed, FixOutcome Outcome);
