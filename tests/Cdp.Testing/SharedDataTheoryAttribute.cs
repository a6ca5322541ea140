using Xunit;

namespace Cdp.Testing;

/// <summary>A theory over material that lies beside the repository and not in it; skipped, with the reason, where it is missing.</summary>
public sealed class SharedDataTheoryAttribute : TheoryAttribute
{
    /// <summary>Looks for the folder.</summary>
    /// <param name="folder">Its path inside <c>shared</c>.</param>
    public SharedDataTheoryAttribute(string folder) => Skip = new SharedDataFactAttribute(folder).Skip;
}
