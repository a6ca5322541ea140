using System.ComponentModel;
using Xunit;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace Cdp.Testing.Requirements;

/// <summary>A fact of a suite: skipped where the deriving class <see cref="NeedsAttribute">needs</see> something that is missing.</summary>
[XunitTestCaseDiscoverer("Cdp.Testing.Requirements." + nameof(SuiteFactDiscoverer), "Cdp.Testing")]
public sealed class SuiteFactAttribute : FactAttribute;

/// <summary>A theory of a suite: skipped where the deriving class <see cref="NeedsAttribute">needs</see> something that is missing.</summary>
[XunitTestCaseDiscoverer("Cdp.Testing.Requirements." + nameof(SuiteTheoryDiscoverer), "Cdp.Testing")]
public sealed class SuiteTheoryAttribute : TheoryAttribute;

/// <summary>Makes the cases of <see cref="SuiteFactAttribute"/>.</summary>
public sealed class SuiteFactDiscoverer(IMessageSink diagnostics) : FactDiscoverer(diagnostics)
{
    /// <inheritdoc />
    protected override IXunitTestCase CreateTestCase(
        ITestFrameworkDiscoveryOptions discoveryOptions, ITestMethod testMethod, IAttributeInfo factAttribute) =>
        NeedsAttribute.SkipOf(testMethod) is null
            ? base.CreateTestCase(discoveryOptions, testMethod, factAttribute)
            : new SkippedTestCase(DiagnosticMessageSink, discoveryOptions, testMethod);
}

/// <summary>Makes the cases of <see cref="SuiteTheoryAttribute"/>.</summary>
public sealed class SuiteTheoryDiscoverer(IMessageSink diagnostics) : TheoryDiscoverer(diagnostics)
{
    /// <inheritdoc />
    public override IEnumerable<IXunitTestCase> Discover(
        ITestFrameworkDiscoveryOptions discoveryOptions, ITestMethod testMethod, IAttributeInfo theoryAttribute) =>
        NeedsAttribute.SkipOf(testMethod) is null
            ? base.Discover(discoveryOptions, testMethod, theoryAttribute)
            : [new SkippedTestCase(DiagnosticMessageSink, discoveryOptions, testMethod)];
}

/// <summary>A case that is reported as skipped, with what its class needs.</summary>
public sealed class SkippedTestCase : XunitTestCase
{
    /// <summary>For the framework, which fills it in.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    [Obsolete("Called by the de-serializer only")]
    public SkippedTestCase() { }

    /// <summary>Makes the case.</summary>
    /// <param name="diagnostics">The framework's.</param>
    /// <param name="options">The framework's.</param>
    /// <param name="method">The test.</param>
    public SkippedTestCase(IMessageSink diagnostics, ITestFrameworkDiscoveryOptions options, ITestMethod method)
        : base(diagnostics, options.MethodDisplayOrDefault(), options.MethodDisplayOptionsOrDefault(), method) { }

    /// <inheritdoc />
    protected override string GetSkipReason(IAttributeInfo factAttribute) => NeedsAttribute.SkipOf(TestMethod)!;
}
