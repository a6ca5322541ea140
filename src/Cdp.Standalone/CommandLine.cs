namespace Cdp.Standalone;

/// <summary>What the command line says. Each value wins over the configuration.</summary>
/// <param name="ConfigFile">The configuration file, null for none.</param>
/// <param name="Urls">Where to listen, null when the configuration decides.</param>
/// <param name="DataDirectory">Where the data is, null when the configuration decides.</param>
/// <param name="ShowHelp">True to show the help only.</param>
/// <param name="ShowVersion">True to show the version only.</param>
internal sealed record CommandLine(string? ConfigFile, string? Urls, string? DataDirectory, bool ShowHelp, bool ShowVersion)
{
    public const string Help = """
        Cdp.Grains: a live customer-profile grid in one process.

          --urls URLS      where to listen, separated by semicolons (default http://127.0.0.1:8080)
          --data DIR       where the data is kept (default ./data)
          --config FILE    workspaces, keys and limits as JSON, section "Cdp"; changes take effect while it runs
          --version        show the version
          --help           show this

        Environment variables such as Cdp__Workspaces__shop__WriteKeys__0 win over the file, options over both.
        """;

    /// <summary>Reads the arguments.</summary>
    /// <param name="args">As given to the process; both <c>--name value</c> and <c>--name=value</c>.</param>
    /// <param name="error">What is wrong, null when nothing is.</param>
    /// <returns>The command line.</returns>
    public static CommandLine Parse(IReadOnlyList<string> args, out string? error)
    {
        var line = new CommandLine(null, null, null, false, false);
        error = null;
        for (var i = 0; i < args.Count; i++)
        {
            var (name, value) = args[i].Split('=', 2) is [var left, var right] ? (left, right) : (args[i], null);
            switch (name)
            {
                case "--help" or "-h":
                    line = line with { ShowHelp = true };
                    continue;
                case "--version":
                    line = line with { ShowVersion = true };
                    continue;
                case "--urls" or "--data" or "--config":
                    value ??= i + 1 < args.Count ? args[++i] : null;
                    break;
                default:
                    error = $"There is no option {name}. See --help.";
                    return line;
            }

            if (string.IsNullOrWhiteSpace(value))
            {
                error = $"{name} needs a value. See --help.";
                return line;
            }

            line = name switch
            {
                "--urls" => line with { Urls = value },
                "--data" => line with { DataDirectory = value },
                _ => line with { ConfigFile = value },
            };
        }

        return line;
    }
}
