using System.Text;

namespace Cdp.Hosting;

/// <summary>One option of a host that takes a value.</summary>
/// <param name="Name">Its name, with the dashes.</param>
/// <param name="Value">What stands for the value in the help.</param>
/// <param name="Help">What it does.</param>
internal sealed record CommandOption(string Name, string Value, string Help);

/// <summary>What the command line says. Each value wins over the configuration.</summary>
internal sealed class CommandLine
{
    /// <summary>The options that every host has.</summary>
    private static readonly CommandOption[] s_common =
    [
        new("--urls", "URLS", "where to listen, separated by semicolons (default http://127.0.0.1:8080)"),
        new("--data", "DIR", "where the data is kept (default ./data)"),
        new("--config", "FILE", "workspaces, keys and limits as JSON, section \"Cdp\"; changes take effect while it runs"),
    ];

    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);

    /// <summary>The configuration file, null for none.</summary>
    public string? ConfigFile => Value("--config");

    /// <summary>Where to listen, null when the configuration decides.</summary>
    public string? Urls => Value("--urls");

    /// <summary>Where the data is, null when the configuration decides.</summary>
    public string? DataDirectory => Value("--data");

    /// <summary>True to show the help only.</summary>
    public bool ShowHelp { get; private set; }

    /// <summary>True to show the version only.</summary>
    public bool ShowVersion { get; private set; }

    /// <summary>What an option says.</summary>
    /// <param name="name">Its name, with the dashes.</param>
    /// <returns>The value, null when it was not given.</returns>
    public string? Value(string name) => _values.GetValueOrDefault(name);

    /// <summary>Reads the arguments.</summary>
    /// <param name="args">As given to the process; both <c>--name value</c> and <c>--name=value</c>.</param>
    /// <param name="more">The host's own options.</param>
    /// <param name="error">What is wrong, null when nothing is.</param>
    /// <returns>The command line.</returns>
    public static CommandLine Parse(IReadOnlyList<string> args, IReadOnlyList<CommandOption> more, out string? error)
    {
        var line = new CommandLine();
        error = null;
        for (var i = 0; i < args.Count; i++)
        {
            var (name, value) = args[i].Split('=', 2) is [var left, var right] ? (left, right) : (args[i], null);
            if (name is "--help" or "-h")
            {
                line.ShowHelp = true;
                continue;
            }

            if (name == "--version")
            {
                line.ShowVersion = true;
                continue;
            }

            if (!s_common.Concat(more).Any(o => o.Name == name))
            {
                error = $"There is no option {name}. See --help.";
                return line;
            }

            value ??= i + 1 < args.Count ? args[++i] : null;
            if (string.IsNullOrWhiteSpace(value))
            {
                error = $"{name} needs a value. See --help.";
                return line;
            }

            line._values[name] = value;
        }

        return line;
    }

    /// <summary>The help.</summary>
    /// <param name="title">The first line.</param>
    /// <param name="more">The host's own options.</param>
    /// <returns>The text.</returns>
    public static string Help(string title, IReadOnlyList<CommandOption> more)
    {
        CommandOption[] options = [.. s_common, .. more, new("--version", "", "show the version"), new("--help", "", "show this")];
        var width = options.Max(o => o.Name.Length + o.Value.Length) + 3;
        var help = new StringBuilder(title).Append('\n').Append('\n');
        foreach (var option in options) help.Append("  ").Append($"{option.Name} {option.Value}".PadRight(width)).Append(option.Help).Append('\n');
        return help.Append("\nEnvironment variables such as Cdp__Workspaces__shop__WriteKeys__0 win over the file, options over both.").ToString();
    }
}
