namespace Cdp.Core.Webhooks;

/// <summary>Why an attempt did not deliver. Part of the HTTP contract: added, never renamed. A check before sending adds codes of its own.</summary>
public static class WebhookCodes
{
    /// <summary>The answer's status is neither 2xx nor 3xx nor 410.</summary>
    public const string HttpStatus = "http_status";

    /// <summary>The answer was a redirect, which is never followed.</summary>
    public const string Redirect = "redirect";

    /// <summary>410: the receiver wants nothing any more; the endpoint was disabled.</summary>
    public const string Gone = "gone";

    /// <summary>The attempt took longer than its limit.</summary>
    public const string Timeout = "timeout";

    /// <summary>No connection, or it broke.</summary>
    public const string Connection = "connection";

    /// <summary>No TLS, or its certificate is not valid for the host.</summary>
    public const string Tls = "tls";

    /// <summary>The host's name has no address.</summary>
    public const string Dns = "dns";

    /// <summary>The host's addresses are not public, and not allowed.</summary>
    public const string AddressRefused = "address_refused";

    /// <summary>The body is over 64 KiB; given up at once.</summary>
    public const string BodyTooLarge = "body_too_large";

    /// <summary>The check before sending could not be made; it is asked again.</summary>
    public const string CheckFailed = "check_failed";

    /// <summary>The process stopped during the attempt, which does not count; it is made again.</summary>
    public const string Stopped = "stopped";

    /// <summary>The endpoint was deleted.</summary>
    public const string EndpointDeleted = "endpoint_deleted";

    /// <summary>All of them, for the test of the documents.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        HttpStatus, Redirect, Gone, Timeout, Connection, Tls, Dns, AddressRefused, BodyTooLarge, CheckFailed, Stopped, EndpointDeleted,
    ];
}
