using Cdp.Testing;

namespace Cdp.Standalone.Tests.Sdk.Support;

/// <summary>What the tests with real SDKs need beyond .NET, and how to get what is missing.</summary>
internal static class SdkTools
{
    private static readonly string[] s_browsers = ["chromium-headless-shell", "chromium", "chromium-browser", "google-chrome"];

    /// <summary>The folder with the drivers, null when the tests run away from the repository.</summary>
    public static string? Folder { get; } = RepositoryRoot.Find() is { } root ? Path.Combine(root, "tests", "sdk") : null;

    /// <summary>Segment's own script, as users install it.</summary>
    public static string? AnalyticsJs => Existing(Folder, "node_modules", "@segment", "analytics-next", "dist", "umd");

    public static string? MissingForNode { get; } =
        OnPath("node") is null ? "Node.js is missing. Run: apt-get install nodejs npm"
        : Existing(Folder, "node_modules") is null ? "The SDKs are missing. Run `npm ci` in tests/sdk"
        : null;

    public static string? MissingForBrowser { get; } =
        MissingForNode ?? (s_browsers.Any(b => OnPath(b) is not null) ? null : "Chromium is missing. Run: apt-get install chromium-headless-shell");

    private static string? OnPath(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? string.Empty)
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.Combine(folder, program))
            .FirstOrDefault(File.Exists);

    private static string? Existing(string? folder, params string[] parts)
    {
        if (folder is null) return null;
        var path = Path.Combine([folder, .. parts]);
        return Directory.Exists(path) ? path : null;
    }
}

/// <summary>A test that runs an SDK under Node.js.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class NodeFactAttribute : FactAttribute
{
    public NodeFactAttribute() => Skip = SdkTools.MissingForNode;
}

/// <inheritdoc cref="NodeFactAttribute"/>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class NodeTheoryAttribute : TheoryAttribute
{
    public NodeTheoryAttribute() => Skip = SdkTools.MissingForNode;
}

/// <summary>A test that runs an SDK in headless Chromium.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class BrowserFactAttribute : FactAttribute
{
    public BrowserFactAttribute() => Skip = SdkTools.MissingForBrowser;
}

/// <inheritdoc cref="BrowserFactAttribute"/>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class BrowserTheoryAttribute : TheoryAttribute
{
    public BrowserTheoryAttribute() => Skip = SdkTools.MissingForBrowser;
}
