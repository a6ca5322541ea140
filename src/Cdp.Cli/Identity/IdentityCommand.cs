using System.CommandLine;
using Cdp.Cli.Shell;

namespace Cdp.Cli.Identity;

/// <summary><c>cdp identity …</c>.</summary>
internal static class IdentityCommand
{
    public static Command Create(CliHost host) => new("identity", "Who is one person: policies, merges, splits. Needs a key of scope admin.")
    {
        SimulateCommand.Create(host),
        MergeCommand.Create(host),
        SplitCommand.Create(host),
        PolicyCommand.Create(host),
        DiagnoseCommand.Create(host),
    };
}
