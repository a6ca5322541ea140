namespace Cdp.Client;

/// <summary>There is no such workspace.</summary>
public sealed class UnknownWorkspaceException : Exception
{
    /// <summary>Makes the exception.</summary>
    public UnknownWorkspaceException() : base("There is no such workspace.") { }
}

/// <summary>A position is none that a device can have.</summary>
public sealed class InvalidPositionException : ArgumentException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="code">One of <see cref="Core.Geofences.Tracking.FixReasons"/> or of the times in <see cref="Core.Identity.ReasonCodes"/>.</param>
    public InvalidPositionException(string code) : base($"A position was refused: {code}.") => Code = code;

    /// <summary>The reason code.</summary>
    public string Code { get; }
}

/// <summary>A reference names no profile.</summary>
public sealed class InvalidProfileRefException : ArgumentException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="message">What is wrong, without the reference itself.</param>
    public InvalidProfileRefException(string message) : base(message) { }
}
