namespace Cdp.Core.Identity;

/// <summary>Values that are no identifiers: junk that clients send in place of one.</summary>
public sealed class BlockedValues
{
    /// <summary>The built-in list alone.</summary>
    public static BlockedValues BuiltIn { get; } = new();

#pragma warning disable CA1822 // Placeholder until the list is written.
    /// <summary>Whether a trimmed value is no identifier.</summary>
    /// <param name="type">The identifier's type.</param>
    /// <param name="value">The trimmed value.</param>
    /// <returns>True when it is blocked.</returns>
    public bool Contains(string type, string value) => string.IsNullOrWhiteSpace(value);
}
