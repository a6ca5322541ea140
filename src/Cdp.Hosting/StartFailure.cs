using System.Net.Sockets;
using Cdp.Api.Settings;
using Cdp.Core.Journal;
using Cdp.Storage;
using Microsoft.AspNetCore.Connections;

namespace Cdp.Hosting;

/// <summary>Says in one line why the server does not run. Nothing at start is personal data.</summary>
internal static class StartFailure
{
    public static string Explain(Exception failure) => failure switch
    {
        SettingsException settings => string.Join(Environment.NewLine, settings.Problems),
        IOException { InnerException: AddressInUseException } inUse => OneLine(inUse.Message),
        IOException or UnauthorizedAccessException or JournalUnavailableException or JournalLockedException or JournalDamagedException or JournalSchemaException => OneLine($"Cdp.Grains cannot start: {failure.Message}"),
        SocketException socket => OneLine($"Cdp.Grains cannot listen: {socket.Message}"),
        _ => OneLine($"Cdp.Grains stopped: {failure.GetType().Name}: {failure.Message}"),
    };

    private static string OneLine(string text) => text.ReplaceLineEndings(" ");
}
