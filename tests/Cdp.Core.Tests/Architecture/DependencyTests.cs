using System.Xml.Linq;
using Cdp.Core.Identity;
using Cdp.Testing;

namespace Cdp.Core.Tests.Architecture;

/// <summary>Design.md section 2: dependencies point one way. Read out of the project files, so that it covers projects that come later.</summary>
public sealed class DependencyTests
{
    /// <summary>Each project under <c>src</c> with all that it may refer to. Hosts may refer to everything they host.</summary>
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Cdp.Core"] = [],
        ["Cdp.Storage"] = ["Cdp.Core"],
        ["Cdp.Api"] = ["Cdp.Core"],
        ["Cdp.Client"] = ["Cdp.Core"],
        ["Cdp.Grains"] = ["Cdp.Client", "Cdp.Core"],

        // What both hosts need to open a store and to serve HTTP; it knows no actors.
        ["Cdp.Hosting"] = ["Cdp.Core", "Cdp.Storage", "Cdp.Api"],
        ["Cdp.Standalone"] = ["Cdp.Core", "Cdp.Storage", "Cdp.Api", "Cdp.Hosting"],
        ["Cdp.Silo"] = ["Cdp.Core", "Cdp.Storage", "Cdp.Api", "Cdp.Hosting", "Cdp.Client", "Cdp.Grains"],

        // It speaks HTTP; only backup and restore work on the files of a server that may be stopped.
        ["Cdp.Cli"] = ["Cdp.Core", "Cdp.Storage"],
    };

    private static readonly string[] Foreign =
        ["Microsoft.AspNetCore", "Microsoft.Orleans", "Orleans", "Microsoft.Data.Sqlite", "SQLitePCLRaw", "Npgsql"];

    /// <summary>Which of the foreign families a project may use. Core is the engine: none.</summary>
    private static readonly Dictionary<string, string[]> AllowedForeign = new()
    {
        ["Cdp.Core"] = [],
        ["Cdp.Storage"] = ["Microsoft.Data.Sqlite", "SQLitePCLRaw", "Npgsql"],
        ["Cdp.Api"] = ["Microsoft.AspNetCore"],
        ["Cdp.Hosting"] = ["Microsoft.AspNetCore"],
        ["Cdp.Standalone"] = ["Microsoft.AspNetCore", "Microsoft.Data.Sqlite", "SQLitePCLRaw", "Npgsql"],
        ["Cdp.Client"] = ["Microsoft.Orleans", "Orleans"],
        ["Cdp.Grains"] = ["Microsoft.Orleans", "Orleans"],
        ["Cdp.Cli"] = [],
    };

    public static TheoryData<string> Projects => [.. ProjectFiles().Select(f => Path.GetFileNameWithoutExtension(f)!)];

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_project_refers_only_to_what_its_room_allows(string project)
    {
        Assert.True(Allowed.TryGetValue(project, out var allowed), $"{project} has no room in design.md section 2: say here what it may refer to.");
        var references = Values(project, "ProjectReference").Select(path => Path.GetFileNameWithoutExtension(path.Replace('\\', '/'))!);
        Assert.Empty(references.Except(allowed!).Select(reference => $"{project} must not refer to {reference}."));
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_project_uses_no_framework_or_store_of_another_room(string project)
    {
        // The silo is the one host of everything.
        if (!AllowedForeign.TryGetValue(project, out var allowed)) return;
        string[] packages = [.. Values(project, "PackageReference"), .. Values(project, "FrameworkReference"), .. SdkOf(project)];
        var used = packages.Where(p => Foreign.Any(f => IsOf(p, f)) && !allowed.Any(f => IsOf(p, f)));
        Assert.Empty(used.Select(package => $"{project} must not use {package}."));
    }

    [Fact]
    public void Core_refers_to_no_package_at_all() =>
        Assert.Empty(Values("Cdp.Core", "PackageReference").Concat(Values("Cdp.Core", "Reference")).Concat(Values("Cdp.Core", "FrameworkReference")));

    [Fact]
    public void What_all_projects_get_is_for_the_build_only()
    {
        var shared = XDocument.Load(Path.Combine(SourceFolder(), "Directory.Build.props"));
        Assert.Empty(Values(shared, "PackageReference", e => e.Attribute("PrivateAssets")?.Value != "all"));
        Assert.Empty(Values(shared, "ProjectReference", _ => true));
    }

    [Fact]
    public void Cores_assembly_refers_to_the_runtime_alone()
    {
        var references = typeof(CustomerId).Assembly.GetReferencedAssemblies().Select(a => a.Name!);
        Assert.All(references, name => Assert.StartsWith("System.", name, StringComparison.Ordinal));
    }

    [Fact]
    public void The_project_files_are_found() =>
        Assert.All(["Cdp.Core", "Cdp.Storage", "Cdp.Api"], (string project) => Assert.Contains(project, ProjectFiles().Select(Path.GetFileNameWithoutExtension)));

    private static bool IsOf(string package, string family) =>
        package.Equals(family, StringComparison.OrdinalIgnoreCase) || package.StartsWith(family + ".", StringComparison.OrdinalIgnoreCase);

    private static string SourceFolder() =>
        Path.Combine(RepositoryRoot.Find() ?? throw new InvalidOperationException("The tests run outside of the repository."), "src");

    private static string[] ProjectFiles() => Directory.GetFiles(SourceFolder(), "*.csproj", SearchOption.AllDirectories);

    private static XDocument Load(string project) => XDocument.Load(ProjectFiles().Single(f => Path.GetFileNameWithoutExtension(f) == project));

    private static IEnumerable<string> Values(string project, string element) => Values(Load(project), element, _ => true);

    private static IEnumerable<string> Values(XDocument document, string element, Func<XElement, bool> where) =>
        document.Descendants().Where(e => e.Name.LocalName == element && where(e)).Select(e => e.Attribute("Include")?.Value).OfType<string>();

    private static string[] SdkOf(string project) =>
        Load(project).Root!.Attribute("Sdk")?.Value is "Microsoft.NET.Sdk.Web" ? ["Microsoft.AspNetCore.App"] : [];
}
