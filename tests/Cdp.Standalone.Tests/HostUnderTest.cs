namespace Cdp.Standalone.Tests;

/// <summary>The host whose process the tests start. The silo's tests run the same files with another one.</summary>
internal static class HostUnderTest
{
    public const string Assembly = "Cdp.Standalone.dll";
}
