using System.CommandLine;
using Cdp.Cli.Shell;

namespace Cdp.Cli.Http;

/// <summary>The options of every verb that speaks to a server.</summary>
internal sealed class ServerOptions
{
    private const string DevKey = "dev";

    private readonly Option<string?> _url = new("--url")
    {
        Description = "The server. Default: the environment variable CDP_URL, else http://127.0.0.1:8080.",
        HelpName = "URL",
    };

    private readonly Option<string?> _key = new("--key")
    {
        Description = "An API key or a write key. Prefer the environment variable CDP_KEY: a command line can be seen by others. Default on this machine: dev.",
        HelpName = "KEY",
    };

    public ServerOptions AddTo(Command command)
    {
        command.Options.Add(_url);
        command.Options.Add(_key);
        return this;
    }

    public CdpServer Connect(ParseResult parsed, CliHost host)
    {
        var text = parsed.GetValue(_url) ?? host.Environment("CDP_URL") ?? "http://127.0.0.1:8080";
        if (!Uri.TryCreate(text.EndsWith('/') ? text : text + "/", UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
        {
            throw CliException.Usage($"--url '{text}' is no http:// or https:// address.");
        }

        var key = parsed.GetValue(_key) ?? host.Environment("CDP_KEY");
        if (string.IsNullOrEmpty(key))
        {
            if (!url.IsLoopback) throw CliException.Usage("no key: set the environment variable CDP_KEY or give --key.");
            key = DevKey;
        }

        return new CdpServer(url, key);
    }
}
