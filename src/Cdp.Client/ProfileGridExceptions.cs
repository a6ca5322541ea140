namespace Cdp.Client;

/// <summary>There is no such workspace.</summary>
public sealed class UnknownWorkspaceException : Exception
{
    /// <summary>Makes the exception.</summary>
    public UnknownWorkspaceException() : base("There is no such workspace.") { }
}

/// <summary>A reference names no profile.</summary>
public sealed class InvalidProfileRefException : ArgumentException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="message">What is wrong, without the reference itself.</param>
    public InvalidProfileRefException(string message) : base(message) { }
}
