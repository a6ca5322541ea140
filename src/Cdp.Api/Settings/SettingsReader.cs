using System.Collections.Frozen;
using System.Net;
using Cdp.Api.Auth;
using Cdp.Core.Identity;
using Microsoft.Extensions.Configuration;

namespace Cdp.Api.Settings;

/// <summary>Reads and checks the section <c>Cdp</c>.</summary>
public static class SettingsReader
{
    /// <summary>Reads the settings.</summary>
    /// <param name="configuration">The root of the configuration.</param>
    /// <returns>The settings.</returns>
    /// <exception cref="SettingsException">Something is wrong; all problems are named.</exception>
    public static CdpSettings Read(IConfiguration configuration)
    {
        var problems = new List<string>();
        var root = new SectionReader(configuration.GetSection("Cdp"), problems);
        var keys = new KeyReader(problems);
        var workspaces = new Dictionary<string, WorkspaceSettings>(StringComparer.Ordinal);
        foreach (var section in root.Members("Workspaces"))
        {
            var workspace = ReadWorkspace(root.Of(section), section.Key, keys, problems);
            workspaces[workspace.Name] = workspace;
        }

        var development = keys.Entries.Count == 0;
        if (development)
        {
            workspaces.TryAdd(SettingsDefaults.Workspace, new WorkspaceSettings(SettingsDefaults.Workspace, IdentityRules.Default, null));
            keys.AddDevelopmentKey();
        }

        var settings = new CdpSettings
        {
            Workspaces = workspaces.ToFrozenDictionary(StringComparer.Ordinal),
            DevelopmentKeys = development,
            AnalyticsJs = ReadAnalyticsJs(root),
            Limits = ReadLimits(root.Section("Limits")),
            Memory = ReadMemory(root.Section("Memory")),
            ShutdownTimeout = TimeSpan.FromSeconds(root.Number("ShutdownSeconds", SettingsDefaults.ShutdownSeconds, 0, 600)),
            Urls = root.Text("Urls"),
            DataDirectory = root.Text("Data"),
            SkipUnreadablePolicies = root.Flag("SkipUnreadablePolicies"),
            AllowPrivateAddresses = ReadNetworks(root.Section("Webhooks"), "AllowPrivateAddresses"),
            Silo = ReadSilo(root.Section("Silo"), root.Text("Postgres")),
            Keys = new KeyRing(keys.Entries),
        };
        root.Finish();
        return problems.Count == 0 ? settings : throw new SettingsException(problems);
    }

    private static WorkspaceSettings ReadWorkspace(SectionReader section, string name, KeyReader keys, List<string> problems)
    {
        if (name.Length > 64 || !name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '_' or '-'))
        {
            problems.Add($"{section.Path}: a workspace's name is at most 64 lower-case letters, digits, _ and -.");
        }

        keys.Read(section, name);
        var policy = section.Section("Identity");
        var identity = IdentityReader.Read(policy);
        var days = section.Number("RetainEventsDays", 0, 0, 36_500);
        section.Finish();
        return new WorkspaceSettings(name, identity, days == 0 ? null : TimeSpan.FromDays(days)) { IdentityDocument = policy.ToJson() };
    }

    private static string? ReadAnalyticsJs(SectionReader root)
    {
        var folder = root.Text("AnalyticsJs");
        if (folder is not null && !Directory.Exists(folder)) root.Complain("AnalyticsJs", "there is no such folder.");
        return folder;
    }

    private static List<IPNetwork> ReadNetworks(SectionReader section, string name)
    {
        var networks = new List<IPNetwork>();
        foreach (var element in section.Elements(name))
        {
            if (IPNetwork.TryParse(element.Value, out var network)) networks.Add(network);
            else section.Complain(name, "expects networks such as 10.0.0.0/8, whose bits behind the prefix are zero.");
        }

        section.Finish();
        return networks;
    }

    private static LimitSettings ReadLimits(SectionReader section)
    {
        var perSecond = section.Number("RequestsPerSecondPerKey", 0, 0, 1_000_000);
        var limits = new LimitSettings(
            section.Number("MaxRequestsInFlight", SettingsDefaults.MaxRequestsInFlight, 1, 1_000_000),
            section.Number("MaxMegabytesInFlight", SettingsDefaults.MaxMegabytesInFlight, 16, 65_536) * 1024L * 1024L,
            section.Number("MaxEventsInFlight", SettingsDefaults.MaxEventsInFlight, 1, 100_000_000),
            section.Number("MaxStreams", SettingsDefaults.MaxStreams, 0, 1_000_000),
            perSecond,
            section.Number("BurstPerKey", Math.Max(perSecond, 1), 1, 1_000_000));
        section.Finish();
        return limits;
    }

    private static SiloSettings ReadSilo(SectionReader section, string? postgres)
    {
        var mode = SiloMode.Localhost;
        if (section.Text("Mode") is { } text && !Enum.TryParse(text, ignoreCase: true, out mode)) section.Complain("Mode", "expects localhost or cluster.");
        var silo = new SiloSettings(
            mode,
            postgres,
            Port("SiloPort", 1),
            Port("GatewayPort", 0),
            section.Text("Advertise"),
            section.Text("ClusterId") ?? SettingsDefaults.ClusterId);
        section.Finish();
        return silo;

        int? Port(string name, int min) => section.Text(name) is null ? null : section.Number(name, 0, min, ushort.MaxValue);
    }

    private static MemorySettings ReadMemory(SectionReader section)
    {
        var memory = new MemorySettings(
            section.Number("MaxActiveCustomers", SettingsDefaults.MaxActiveCustomers, 100, 100_000_000),
            section.Number("MaxActiveIdentifiers", SettingsDefaults.MaxActiveIdentifiers, 100, 1_000_000_000),
            TimeSpan.FromMinutes(section.Number("MaxIdleMinutes", SettingsDefaults.MaxIdleMinutes, 1, 525_600)));
        section.Finish();
        return memory;
    }
}
