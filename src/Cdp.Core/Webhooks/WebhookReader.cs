using Cdp.Core.Audiences.Definitions;

namespace Cdp.Core.Webhooks;

/// <summary>Reads definitions of endpoints.</summary>
public static class WebhookReader
{
    /// <summary>Bytes of a definition: 16 KiB.</summary>
    public const int MaxBytes = 16 * 1024;

    private const int MaxUrlChars = 2_048;

    /// <summary>Reads a definition.</summary>
    /// <param name="json">UTF-8 JSON.</param>
    /// <param name="mayAllowPrivate">Whether the server's settings list addresses that are not public.</param>
    /// <returns>The endpoint, or everything that is wrong with the definition. No problem quotes a value of it.</returns>
    public static (WebhookEndpoint? Endpoint, IReadOnlyList<DefinitionProblem> Problems) Read(ReadOnlyMemory<byte> json, bool mayAllowPrivate)
    {
        var problems = new List<DefinitionProblem>();
        if (json.Length > MaxBytes) return (null, [new("$", ProblemCodes.TooLarge, $"at most {MaxBytes} bytes")]);
        using var document = DefinitionReader.Open(json, problems);
        if (document is null) return (null, problems);
        var root = new Node(document.RootElement, "$", problems);
        if (!root.IsObject("id", "url", "description", "enabled", "timeoutSeconds", "maxAttempts", "concurrency", "headers", "allowPrivate")) return (null, problems);

        var id = DefinitionReader.ReadHead(root);
        var allowPrivate = root.Member("allowPrivate") is { } allow && ReadAllow(allow, mayAllowPrivate);
        var url = root.Required("url", "an absolute https URL") is { } at ? ReadUrl(at, allowPrivate) : null;
        var read = new WebhookEndpoint
        {
            Id = id ?? "-",
            Url = url ?? new Uri("https://invalid"),
            IsEnabled = root.Member("enabled")?.Flag() ?? true,
            Timeout = TimeSpan.FromSeconds(Whole("timeoutSeconds", 10, 30)),
            MaxAttempts = Whole("maxAttempts", 10, 20),
            Concurrency = Whole("concurrency", 4, 32),
            Headers = root.Member("headers") is { } headers ? WebhookHeaders.Read(headers) : [],
            AllowPrivate = allowPrivate,
        };
        return problems.Count == 0 ? (read, problems) : (null, problems);

        int Whole(string name, int fallback, int max) => root.Member(name)?.Whole(1, max) ?? fallback;
    }

    private static bool ReadAllow(Node node, bool mayAllowPrivate)
    {
        if (!node.Flag()) return false;
        if (!mayAllowPrivate) node.Note(ProblemCodes.UnknownValue, "false: the server's setting Cdp:Webhooks:AllowPrivateAddresses lists none");
        return mayAllowPrivate;
    }

    private static Uri? ReadUrl(Node node, bool allowPrivate)
    {
        if (node.Text(MaxUrlChars) is not { } text) return null;
        var expected = allowPrivate ? "an absolute https or http URL" : "an absolute https URL";
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || !(url.Scheme == Uri.UriSchemeHttps || (allowPrivate && url.Scheme == Uri.UriSchemeHttp)))
        {
            node.Note(ProblemCodes.UnknownValue, expected);
            return null;
        }

        if (url.Host.Length > 0 && url.UserInfo.Length == 0 && url.Fragment.Length == 0) return url;
        node.Note(ProblemCodes.UnknownValue, expected + " with a host, and without user, password and fragment");
        return null;
    }
}
