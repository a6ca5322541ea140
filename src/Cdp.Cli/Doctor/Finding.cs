namespace Cdp.Cli.Doctor;

internal enum Grade
{
    Ok,
    Warn,
    Fail,
}

/// <summary>What one check found.</summary>
/// <param name="Check">What was looked at.</param>
/// <param name="Grade">How it is.</param>
/// <param name="Detail">What was seen.</param>
/// <param name="Remedy">What to do about it; null when nothing is to do.</param>
internal sealed record Finding(string Check, Grade Grade, string Detail, string? Remedy = null);
