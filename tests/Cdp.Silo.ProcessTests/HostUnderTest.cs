namespace Cdp.Standalone.Tests;

/// <summary>The host whose process the tests start: the namespace is that of the files that this project shares with Standalone's tests.</summary>
internal static class HostUnderTest
{
    public const string Assembly = "Cdp.Silo.dll";
}
