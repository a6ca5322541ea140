return await Cdp.Cli.Shell.CliApp.RunAsync(args, Cdp.Cli.Shell.CliHost.System);
