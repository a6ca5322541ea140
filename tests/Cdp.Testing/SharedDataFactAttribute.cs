using Xunit;

namespace Cdp.Testing;

/// <summary>A fact over material that lies beside the repository and not in it, such as captured SDK requests; skipped, with the reason, where it is missing.</summary>
public sealed class SharedDataFactAttribute : FactAttribute
{
    /// <summary>Looks for the folder.</summary>
    /// <param name="folder">Its path inside <c>shared</c>.</param>
    public SharedDataFactAttribute(string folder)
    {
        if (SharedData.Find(folder) is null)
            Skip = $"There is no shared/{folder} above the tests; set {SharedData.Variable} to the shared folder.";
    }
}
