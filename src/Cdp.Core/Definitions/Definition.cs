namespace Cdp.Core.Definitions;

/// <summary>One version of a definition: a small document that an operator wrote, such as an identity policy or an audience.</summary>
/// <param name="Workspace">The workspace.</param>
/// <param name="Kind">What it defines, such as <c>identity-policy</c>.</param>
/// <param name="Name">Its name, unique within workspace and kind.</param>
/// <param name="Version">From 1, without gaps; a deletion is a version too, and a definition that is written again goes on counting.</param>
/// <param name="Change">Its place among all changes of the workspace, from 1, without gaps, in the order in which they became visible.</param>
/// <param name="Body">UTF-8 JSON; null when this version deleted the definition. The reader's own array.</param>
/// <param name="AtMs">Unix milliseconds: when it was written, by the writer's clock.</param>
/// <param name="By">Who wrote it: the label of an API key or the first digits of its digest, never the key.</param>
/// <param name="Reason">Why, in the writer's words; null when he gave none.</param>
public sealed record Definition(
    string Workspace, string Kind, string Name, long Version, long Change, byte[]? Body, long AtMs, string By, string? Reason)
{
    /// <summary>True when this version deleted the definition.</summary>
    public bool IsDeleted => Body is null;
}

/// <summary>A write: a new version, or a deletion.</summary>
/// <param name="Workspace">The workspace.</param>
/// <param name="Kind">1 to 64 lower-case letters, digits and <c>-</c>.</param>
/// <param name="Name">1 to 128 characters, no control characters.</param>
/// <param name="Body">UTF-8 JSON, at most <see cref="DefinitionRules.MaxBodyBytes"/>; null to delete.</param>
/// <param name="AtMs">Unix milliseconds now.</param>
/// <param name="By">Who writes, see <see cref="Definition.By"/>; 1 to 256 characters.</param>
/// <param name="Reason">Why; at most 1,000 characters, or null.</param>
/// <param name="ExpectedVersion">
/// The version that must be the latest (a deletion counts); 0 when there must be no definition of the name, be it that there never was or that it is deleted.
/// Null to write over whatever is there.
/// </param>
public sealed record DefinitionWrite(
    string Workspace, string Kind, string Name, byte[]? Body, long AtMs, string By, string? Reason = null, long? ExpectedVersion = null);

/// <summary>How a write ended.</summary>
public enum DefinitionStatus
{
    /// <summary>The new version is durable and visible.</summary>
    Written,

    /// <summary>The latest version is not the expected one. Nothing was written.</summary>
    Conflict,

    /// <summary>There is nothing to delete. Nothing was written.</summary>
    NotFound,
}

/// <summary>The answer to a write.</summary>
/// <param name="Status">How it ended.</param>
/// <param name="Latest">The latest version by now: the one written, or what was in the way. Null when there never was one.</param>
public readonly record struct DefinitionOutcome(DefinitionStatus Status, Definition? Latest);
