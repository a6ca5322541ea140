using System.Diagnostics;
using System.Globalization;
using Cdp.Testing.Postgres;

namespace Cdp.Silo.Tests.Cluster;

/// <summary>
/// Machines of the test's own on one switch: network namespaces of the kernel, which can be cut off from each other. They end with the process that
/// made them, whatever ends that one: a shell beside it waits for the end of its standard input and removes them.
/// </summary>
internal sealed class SiloNetwork : IAsyncDisposable
{
    private const string Script = """
        set -e
        name=$1; net=$2; count=$3
        remove() {
          set +e
          for i in $(seq $count); do ip netns del $name-$i; done
          ip link del $name
        }
        trap remove EXIT
        ip link add $name type bridge
        ip addr add $net.1/24 dev $name
        ip link set $name up
        for i in $(seq $count); do
          ip netns add $name-$i
          ip link add $name-$i type veth peer name eth0 netns $name-$i
          ip link set $name-$i master $name up
          ip -n $name-$i addr add $net.1$i/24 dev eth0
          ip -n $name-$i link set eth0 up
          ip -n $name-$i link set lo up
        done
        echo made
        read -r _ || true
        """;

    // The address of a network card that nobody has: what is sent to it is lost without a word.
    private const string Nobody = "02:00:00:00:00:01";

    private readonly string _name;
    private readonly Process _keeper;

    private SiloNetwork(string name, string prefix, Process keeper) => (_name, Prefix, _keeper) = (name, prefix, keeper);

    /// <summary>Why there can be none here, with the command that helps; null when there can.</summary>
    public static string? Missing { get; } =
        !OperatingSystem.IsLinux() || Environment.UserName != "root" ? "Cutting a network needs Linux and root; sudo -E ./cdp test"
        : !File.Exists("/sbin/ip") && !File.Exists("/usr/sbin/ip") ? "There is no program ip; apt-get install iproute2"
        : !CanMake() ? "This machine allows no network namespaces; run it in a virtual machine or a privileged container."
        : null;

    /// <summary>The first three numbers of all addresses.</summary>
    public string Prefix { get; }

    /// <summary>This process's address on the switch.</summary>
    public string Here => Prefix + ".1";

    /// <summary>All addresses.</summary>
    public string Range => Prefix + ".0/24";

    /// <summary>Makes machines, which reach each other and this process.</summary>
    /// <param name="machines">How many, at most 9.</param>
    public static async Task<SiloNetwork> StartAsync(int machines)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"cdp{Environment.ProcessId}");
        var prefix = string.Create(CultureInfo.InvariantCulture, $"10.77.{Environment.ProcessId % 250}");
        var keeper = Process.Start(new ProcessStartInfo("sh", ["-c", Script, "sh", name, prefix, machines.ToString(CultureInfo.InvariantCulture)])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        })!;
        if (await keeper.StandardOutput.ReadLineAsync() == "made") return new(name, prefix, keeper);
        throw new InvalidOperationException($"There is no network: {await keeper.StandardError.ReadToEndAsync()}");
    }

    /// <summary>A silo's place on one of the machines.</summary>
    /// <param name="machine">From 1.</param>
    public SiloPlace Place(int machine) => new(Address(machine), 8080, 11111, 30000, ["ip", "netns", "exec", Namespace(machine)]);

    /// <summary>From now on nothing that one of them sends reaches the other, and nobody is told.</summary>
    public async Task CutAsync(int one, int other)
    {
        await IpAsync("-n", Namespace(one), "neigh", "replace", Address(other), "lladdr", Nobody, "dev", "eth0", "nud", "permanent");
        await IpAsync("-n", Namespace(other), "neigh", "replace", Address(one), "lladdr", Nobody, "dev", "eth0", "nud", "permanent");
    }

    /// <summary>They reach each other again.</summary>
    public async Task HealAsync(int one, int other)
    {
        await IpAsync("-n", Namespace(one), "neigh", "del", Address(other), "dev", "eth0");
        await IpAsync("-n", Namespace(other), "neigh", "del", Address(one), "dev", "eth0");
    }

    public async ValueTask DisposeAsync()
    {
        _keeper.StandardInput.Close();
        await _keeper.WaitForExitAsync();
        _keeper.Dispose();
    }

    private string Address(int machine) => string.Create(CultureInfo.InvariantCulture, $"{Prefix}.1{machine}");

    private string Namespace(int machine) => string.Create(CultureInfo.InvariantCulture, $"{_name}-{machine}");

    private static bool CanMake()
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"cdp{Environment.ProcessId}-probe");
        using var made = Process.Start(new ProcessStartInfo("sh", ["-c", "ip netns add $0 && ip netns del $0", name]) { RedirectStandardError = true })!;
        made.WaitForExit();
        return made.ExitCode == 0;
    }

    private static async Task IpAsync(params string[] arguments)
    {
        using var ip = Process.Start(new ProcessStartInfo("ip", arguments) { RedirectStandardError = true })!;
        var errors = await ip.StandardError.ReadToEndAsync();
        await ip.WaitForExitAsync();
        if (ip.ExitCode != 0) throw new InvalidOperationException($"ip {string.Join(' ', arguments)}: {errors}");
    }
}

/// <summary>A fact that cuts a network between machines that share a PostgreSQL server; skipped, with the reason, where that cannot be made.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class NetworkFactAttribute : FactAttribute
{
    public NetworkFactAttribute() => Skip = PostgresBinaries.Missing ?? SiloNetwork.Missing;
}
