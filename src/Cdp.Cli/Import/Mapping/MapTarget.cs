using Cdp.Cli.Shell;

namespace Cdp.Cli.Import.Mapping;

/// <summary>Where a column's value goes in the event.</summary>
internal enum TargetKind
{
    /// <summary>Left out.</summary>
    Leave,
    UserId,
    AnonymousId,
    MessageId,
    Timestamp,
    EventName,
    Email,
    Phone,
    ExternalId,

    /// <summary>A member below <c>traits</c>.</summary>
    Trait,

    /// <summary>A member below <c>properties</c>.</summary>
    Property,

    /// <summary>A member below <c>context</c>.</summary>
    Context,
}

/// <summary>One target of a map.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Path">Member names below traits, properties or context; for an external id its type alone.</param>
internal sealed record MapTarget(TargetKind Kind, IReadOnlyList<string> Path)
{
    public static MapTarget Leave { get; } = new(TargetKind.Leave, []);

    /// <summary>True for what names a person or device: such values are always text.</summary>
    public bool IsIdentifier => Kind is TargetKind.UserId or TargetKind.AnonymousId or TargetKind.Email or TargetKind.Phone or TargetKind.ExternalId;

    /// <summary>Two columns must not write one target; each external id is a list entry of its own, so that those may repeat.</summary>
    public bool IsSingle => Kind is not (TargetKind.Leave or TargetKind.ExternalId);

    public static MapTarget Parse(string text)
    {
        switch (text)
        {
            case "-": return Leave;
            case "userId": return new(TargetKind.UserId, []);
            case "anonymousId": return new(TargetKind.AnonymousId, []);
            case "messageId": return new(TargetKind.MessageId, []);
            case "timestamp": return new(TargetKind.Timestamp, []);
            case "event": return new(TargetKind.EventName, []);
            case "email": return new(TargetKind.Email, []);
            case "phone": return new(TargetKind.Phone, []);
        }

        if (Below(text, "externalId:") is { } type) return new(TargetKind.ExternalId, [type]);
        if (Below(text, "context.externalIds.") is { } longType) return new(TargetKind.ExternalId, [longType]);
        if (Below(text, "traits.") is { } trait) return Nested(TargetKind.Trait, trait);
        if (Below(text, "properties.") is { } property) return Nested(TargetKind.Property, property);
        if (Below(text, "context.") is { } context) return Nested(TargetKind.Context, context);
        throw CliException.Usage(
            $"--map: '{text}' is no target. Targets: userId, anonymousId, externalId:TYPE, email, phone, timestamp, event, messageId, traits.X, properties.X, context.X, - (leave out).");
    }

    public override string ToString() => Path.Count == 0 ? Kind.ToString() : $"{Kind}.{string.Join('.', Path)}";

    private static string? Below(string text, string prefix) =>
        text.Length > prefix.Length && text.StartsWith(prefix, StringComparison.Ordinal) ? text[prefix.Length..] : null;

    private static MapTarget Nested(TargetKind kind, string path)
    {
        var names = path.Split('.');
        return names.Contains("") ? throw CliException.Usage($"--map: '{path}' has an empty name between its dots.") : new(kind, names);
    }
}
