using System.Diagnostics;

namespace Cdp.Core.Grid;

/// <summary>The engine's spans, all of the source <see cref="SourceName"/>. Their names and tags are bounded and hold no ids.</summary>
public static class GridTrace
{
    /// <summary>The source's name.</summary>
    public const string SourceName = "Cdp.Grains";

    /// <summary>How something ended: the tag of spans and of instruments.</summary>
    public const string Outcome = "outcome";

    /// <summary>The source. While nobody listens, starting a span costs a check.</summary>
    public static ActivitySource Source { get; } = new(SourceName);
}
