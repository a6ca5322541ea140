using Xunit;

namespace Cdp.Testing.Shared;

/// <summary>A test over shared data; skipped, visibly, where the data is not.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SharedDataFactAttribute : FactAttribute
{
    /// <summary>Skips when the data is missing.</summary>
    /// <param name="relative">The path within the folder <c>shared</c>.</param>
    public SharedDataFactAttribute(string relative)
    {
        if (SharedData.Path(relative) is null) Skip = Missing(relative);
    }

    internal static string Missing(string relative) => $"shared/{relative} is not beside the repository.";
}

/// <summary>The same for a theory.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SharedDataTheoryAttribute : TheoryAttribute
{
    /// <summary>Skips when the data is missing.</summary>
    /// <param name="relative">The path within the folder <c>shared</c>.</param>
    public SharedDataTheoryAttribute(string relative)
    {
        if (SharedData.Path(relative) is null) Skip = SharedDataFactAttribute.Missing(relative);
    }
}
