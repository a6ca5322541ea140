using System.Globalization;
using System.Text.Json;
using Cdp.Api.Operations;
using Cdp.Api.Settings;
using Cdp.Hosting;
using Cdp.Operations.Tests.Config.Support;
using Cdp.Silo;

namespace Cdp.Operations.Tests.Config;

public sealed class KubernetesTests
{
    private static readonly Dictionary<object, object> s_deployment = Yaml.ReadKind("kubernetes/deployment.yaml", "Deployment");
    private static readonly Dictionary<object, object> s_pod = s_deployment.Map("spec", "template", "spec");
    private static readonly Dictionary<object, object> s_silo = s_pod.Items("containers").Single();

    public static TheoryData<string> Files() => new(Directory.EnumerateFiles(Yaml.Folder, "*.y*ml", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(Yaml.Folder, f)));

    [Theory]
    [MemberData(nameof(Files))]
    public void Every_file_is_yaml_without_a_key_twice(string name) => Assert.NotEmpty(Yaml.Read(name));

    [Fact]
    public void Probes_ask_for_paths_and_ports_that_there_are()
    {
        using var routes = JsonDocument.Parse(OpenApiDocument.Json);
        foreach (var (probe, path) in (ReadOnlySpan<(string, string)>)[("startupProbe", "/health/live"), ("readinessProbe", "/health/ready"), ("livenessProbe", "/health/live")])
        {
            var get = s_silo.Map(probe, "httpGet");
            Assert.Equal((probe, path, "http"), (probe, get["path"], get["port"]));
            Assert.True(routes.RootElement.GetProperty("paths").TryGetProperty(path, out _), $"There is no {path}.");
        }
    }

    [Fact]
    public void The_command_line_and_the_secret_are_what_a_silo_takes()
    {
        var secret = Yaml.ReadKind("kubernetes/secret.example.yaml", "Secret").Map("stringData");
        var (line, silo) = Start(s_silo.Texts("args").Select(a => a.Replace("$(POD_IP)", "10.0.0.11", StringComparison.Ordinal)), secret);

        Assert.Equal(SiloMode.Cluster, silo.Mode);
        Assert.Equal(secret["Cdp__Postgres"], silo.Postgres);
        var ports = s_silo.Items("ports").ToDictionary(p => (string)p["name"], p => p.Number("containerPort"));
        Assert.Equal((silo.SiloPort, silo.GatewayPort, new Uri(line.Urls!).Port), (ports["silo"], ports["gateway"], ports["http"]));
        Assert.Equal(Path.GetDirectoryName(line.ConfigFile), s_silo.Items("volumeMounts").Single()["mountPath"]);
        Assert.Equal(s_silo.Items("envFrom").Single().Map("secretRef")["name"], Yaml.ReadKind("kubernetes/secret.example.yaml", "Secret").Map("metadata")["name"]);
    }

    [Fact]
    public void There_is_time_to_drain()
    {
        var preStop = int.Parse(s_silo.Map("lifecycle", "preStop", "exec").Texts("command")[1], CultureInfo.InvariantCulture);
        var drain = (int)Settings.Read([]).ShutdownTimeout.TotalSeconds;
        var compose = Yaml.Read("compose/compose.yaml").Single().Map("services", "silo");

        Assert.True(s_pod.Number("terminationGracePeriodSeconds") >= preStop + drain + 15);
        Assert.True(int.Parse(((string)compose["stop_grace_period"]).TrimEnd('s'), CultureInfo.InvariantCulture) >= drain + 15);
    }

    [Fact]
    public void Everything_names_what_there_is()
    {
        var labels = s_deployment.Map("spec", "template", "metadata", "labels");
        var name = s_deployment.Map("metadata")["name"];
        var ports = s_silo.Items("ports").Select(p => (string)p["name"]).ToHashSet();
        Dictionary<object, object>[] selectors =
        [
            s_deployment.Map("spec", "selector", "matchLabels"),
            Yaml.ReadKind("kubernetes/disruption-budget.yaml", "PodDisruptionBudget").Map("spec", "selector", "matchLabels"),
            Yaml.ReadKind("kubernetes/network-policy.yaml", "NetworkPolicy").Map("spec", "podSelector", "matchLabels"),
            .. Yaml.Read("kubernetes/services.yaml").Select(s => s.Map("spec", "selector")),
        ];

        Assert.All(selectors, selector => Assert.Subset(labels.ToHashSet(), selector.ToHashSet()));
        Assert.Equal(name, Yaml.ReadKind("kubernetes/autoscaler.yaml", "HorizontalPodAutoscaler").Map("spec", "scaleTargetRef")["name"]);
        foreach (var port in Yaml.Read("kubernetes/services.yaml").SelectMany(s => s.Map("spec").Items("ports")))
        {
            Assert.Contains((string)port["targetPort"], ports);
        }

        Assert.All(
            Yaml.Read("kustomization.yaml").Single().Texts("resources"), file => Assert.True(File.Exists(Path.Combine(Yaml.Folder, file)), file));
    }

    [Fact]
    public void The_compose_file_starts_silos_with_what_they_take()
    {
        var compose = Yaml.Read("compose/compose.yaml").Single();
        var service = compose.Map("services", "silo");
        var (line, silo) = Start(service.Texts("command"), service.Map("environment").ToDictionary(v => v.Key, v => (object)Filled((string)v.Value)), "--advertise", "10.0.0.11");

        Assert.Equal((SiloMode.Cluster, 8080), (silo.Mode, new Uri(line.Urls!).Port));
        Assert.Equal("3", service.Map("deploy")["replicas"]);
        Assert.Contains(Yaml.Read("prometheus/prometheus.yml").Single().Items("scrape_configs").Single().Items("dns_sd_configs").Single().Texts("names"), n => compose.Map("services").ContainsKey(n));
    }

    /// <summary>A value with the variables of <c>.env.example</c> in the place of their names.</summary>
    private static string Filled(string value)
    {
        foreach (var line in File.ReadLines(Path.Combine(Yaml.Folder, "compose", ".env.example")).Where(l => l.Contains('=', StringComparison.Ordinal)))
            value = value.Replace("${" + line.Split('=')[0] + ":?see .env.example}", line.Split('=')[1], StringComparison.Ordinal);
        return value;
    }

    private static (CommandLine Line, SiloOptions Silo) Start(IEnumerable<string> arguments, Dictionary<object, object> environment, params string[] more)
    {
        var line = CommandLine.Parse([.. arguments, .. more], SiloOptions.CommandOptions, out var error);
        Assert.Null(error);
        var settings = Settings.Read(environment);
        // Everybody outside may be listened to only with keys.
        Assert.False(settings.DevelopmentKeys);
        ListenAddresses.Parse(line.Urls!, settings);
        return (line, SiloOptions.Read(line, settings.Silo));
    }
}
