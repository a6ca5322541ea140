using Microsoft.AspNetCore.Http;

namespace Cdp.Api.Http;

/// <summary>A kind of error: its status and its stable code. Codes are part of the HTTP contract: added, never renamed.</summary>
internal sealed record ProblemCode(int Status, string Code, string Title)
{
    public static readonly ProblemCode InvalidJson = new(400, "invalid_json", "The body is not JSON");
    public static readonly ProblemCode InvalidBody = new(400, "invalid_body", "The body is not what this call takes");
    public static readonly ProblemCode InvalidGzip = new(400, "invalid_compression", "The body cannot be inflated");
    public static readonly ProblemCode UnsupportedEncoding = new(400, "unsupported_encoding", "The content encoding is not known");
    public static readonly ProblemCode InvalidRef = new(400, "invalid_ref", "The reference names no profile");
    public static readonly ProblemCode InvalidCursor = new(400, "invalid_cursor", "The cursor is not one of ours");
    public static readonly ProblemCode InvalidParameter = new(400, "invalid_parameter", "A parameter is wrong");
    public static readonly ProblemCode InvalidDefinition = new(400, "invalid_definition", "The definition is wrong");
    public static readonly ProblemCode DefinitionNotFound = new(404, "definition_not_found", "There is no such definition");
    public static readonly ProblemCode InvalidPolicy = new(400, "invalid_policy", "The identity policy is wrong");
    public static readonly ProblemCode BadRequest = new(400, "bad_request", "The request cannot be read");
    public static readonly ProblemCode Unauthorized = new(401, "unauthorized", "The key is missing or wrong");
    public static readonly ProblemCode Forbidden = new(403, "forbidden", "The key may not do this");
    public static readonly ProblemCode NotFound = new(404, "not_found", "There is no such route");
    public static readonly ProblemCode ProfileNotFound = new(404, "profile_not_found", "There is no such profile");
    public static readonly ProblemCode AnalyticsJsMissing = new(404, "analytics_js_not_installed", "analytics.js is not installed");
    public static readonly ProblemCode MethodNotAllowed = new(405, "method_not_allowed", "The route does not take this method");
    public static readonly ProblemCode SameProfile = new(409, "same_profile", "Both references name one profile");
    public static readonly ProblemCode SharedProfile = new(409, "shared_profile", "The profile belongs to several people and never merges");
    public static readonly ProblemCode NotMerged = new(409, "not_merged", "There is no such merge in this profile, or it has been undone");
    public static readonly ProblemCode IdentifierNotOwned = new(409, "identifier_not_owned", "The profile does not own an identifier that was named");
    public static readonly ProblemCode NothingLeft = new(409, "nothing_left", "All identifiers were named: nothing would be left");
    public static readonly ProblemCode ProfileTooLarge = new(409, "profile_too_large", "The profile has more events than a split can move");
    public static readonly ProblemCode RequestTimeout = new(408, "request_timeout", "The body came too slowly");
    public static readonly ProblemCode NoSecret = new(409, "no_secret", "The endpoint has no secret to sign with");
    public static readonly ProblemCode VersionConflict = new(412, "version_conflict", "It was changed by somebody else");
    public static readonly ProblemCode BodyTooLarge = new(413, "body_too_large", "The body is too large");
    public static readonly ProblemCode Overloaded = new(429, "overloaded", "Too much is under way");
    public static readonly ProblemCode RateLimited = new(429, "rate_limited", "The key sends too fast");
    public static readonly ProblemCode InternalError = new(500, "internal_error", "Something went wrong here");
    public static readonly ProblemCode Unavailable = new(503, "unavailable", "It cannot be done now");
    public static readonly ProblemCode NotReady = new(503, "not_ready", "The server is not ready");

    /// <summary>All codes, for the OpenAPI document's test.</summary>
    public static IReadOnlyList<ProblemCode> All { get; } =
    [
        InvalidJson, InvalidBody, InvalidGzip, UnsupportedEncoding, InvalidRef, InvalidCursor, InvalidParameter, InvalidPolicy, InvalidDefinition, DefinitionNotFound, BadRequest, Unauthorized,
        Forbidden, NotFound, ProfileNotFound, AnalyticsJsMissing, MethodNotAllowed, SameProfile, SharedProfile, NotMerged, IdentifierNotOwned, NothingLeft,
        ProfileTooLarge, NoSecret, RequestTimeout, VersionConflict, BodyTooLarge, Overloaded, RateLimited, InternalError,
        Unavailable, NotReady,
    ];

    /// <summary>The code for a status that somebody else decided on.</summary>
    public static ProblemCode ForStatus(int status) => status switch
    {
        StatusCodes.Status404NotFound => NotFound,
        StatusCodes.Status405MethodNotAllowed => MethodNotAllowed,
        StatusCodes.Status408RequestTimeout => RequestTimeout,
        StatusCodes.Status413PayloadTooLarge => BodyTooLarge,
        StatusCodes.Status503ServiceUnavailable => Unavailable,
        >= 400 and < 500 => BadRequest with { Status = status },
        _ => InternalError,
    };
}
