namespace Cdp.Api.Settings;

/// <summary>The configuration is wrong. Each problem starts with the full path of the key; none holds a key or another value that may be secret.</summary>
public sealed class SettingsException : Exception
{
    /// <summary>Makes the exception.</summary>
    /// <param name="problems">What is wrong, one sentence per key.</param>
    public SettingsException(IReadOnlyList<string> problems) : base(string.Join(Environment.NewLine, problems)) => Problems = problems;

    /// <summary>What is wrong, one sentence per key.</summary>
    public IReadOnlyList<string> Problems { get; }
}
