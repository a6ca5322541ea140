using System.CommandLine;
using System.Globalization;
using Cdp.Cli.Http;
using Cdp.Cli.Shell;

namespace Cdp.Cli.Export;

/// <summary><c>cdp export</c>.</summary>
internal static class ExportCommand
{
    public static Command Create(CliHost host)
    {
        var refs = new Argument<string[]>("REF") { Description = "Profiles: type:value or ids.", Arity = ArgumentArity.ZeroOrMore };
        var refsFile = new Option<string?>("--refs") { Description = "A file with one REF per line.", HelpName = "FILE" };
        var output = new Option<string>("--out") { Description = "Where the NDJSON goes; - for stdout.", DefaultValueFactory = _ => "-", HelpName = "FILE" };
        var what = new Option<string>("--what")
        {
            Description = "profile: one line per profile. all: every line that is kept of a person (profile, identities, events).",
            DefaultValueFactory = _ => "profile",
        };
        var command = new Command("export", "Write profiles as NDJSON.") { refs, refsFile, output, what };
        var server = new ServerOptions().AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var mode = parsed.GetRequiredValue(what);
            if (mode is not ("profile" or "all")) throw CliException.Usage($"--what '{mode}': profile or all.");
            using var connection = server.Connect(parsed, host);
            var source = Read(parsed.GetValue(refs) ?? [], parsed.GetValue(refsFile));
            return await RunAsync(new ExportRun(connection), source, mode, parsed.GetRequiredValue(output), host, cancellationToken);
        });
        return command;
    }

    private static async Task<int> RunAsync(
        ExportRun run, IEnumerable<NumberedRef> refs, string mode, string path, CliHost host, CancellationToken cancellationToken)
    {
        if (path == "-")
        {
            await using var pipe = new WriterStream(host.Out);
            await run.WriteAsync(refs, mode == "all", pipe, cancellationToken);
        }
        else
        {
            // Under another name until it is whole: nobody takes half an export for all of it.
            var draft = path + ".part";
            await using (var file = File.Create(draft)) await run.WriteAsync(refs, mode == "all", file, cancellationToken);
            File.Move(draft, path, overwrite: true);
        }

        foreach (var (number, why) in run.Missing.Take(20)) await host.Error.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"cdp: ref {number}: {why}"));
        if (run.Missing.Count > 20) await host.Error.WriteLineAsync($"cdp: and {run.Missing.Count - 20} more");
        await host.Error.WriteLineAsync($"{run.Found} exported, {run.Missing.Count} not");
        return run.Missing.Count > 0 ? ExitCodes.Problem : ExitCodes.Ok;
    }

    private static IEnumerable<NumberedRef> Read(string[] given, string? file)
    {
        if (given.Length == 0 == file is null) throw CliException.Usage("give REFs or --refs FILE.");
        if (file is not null && !File.Exists(file)) throw CliException.Usage($"there is no file {file}.");
        var lines = file is null ? given : File.ReadLines(file);
        return lines.Select((line, i) => new NumberedRef(i + 1, line.Trim())).Where(r => r.Ref.Length > 0);
    }
}
