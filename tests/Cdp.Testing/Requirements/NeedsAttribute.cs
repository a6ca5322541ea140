using Xunit.Abstractions;
using Xunit.Sdk;

namespace Cdp.Testing.Requirements;

/// <summary>
/// What a whole test class needs and a machine may lack. For suites whose tests stand in a base class, where a test's own attribute cannot know
/// which class derives from it: <see cref="SuiteFactAttribute"/> and <see cref="SuiteTheoryAttribute"/> skip by it.
/// </summary>
[AttributeUsage(AttributeTargets.Class)]
public abstract class NeedsAttribute : Attribute
{
    /// <summary>Why the tests cannot run here, with the command that helps; null when they can.</summary>
    public abstract string? Missing { get; }

    internal static string? SkipOf(ITestMethod method) => method.TestClass.Class.GetCustomAttributes(typeof(NeedsAttribute))
        .OfType<ReflectionAttributeInfo>().Select(static a => ((NeedsAttribute)a.Attribute).Missing).FirstOrDefault(static m => m is not null);
}
