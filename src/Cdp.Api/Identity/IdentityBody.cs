using System.Text.Json;
using Cdp.Api.Auth;
using Cdp.Api.Http;
using Cdp.Core.Grid;
using Cdp.Core.Identity;
using Cdp.Core.Profiles;

namespace Cdp.Api.Identity;

/// <summary>Reads the body of a call about identities. What is wrong is named by its place, and never repeated: it may be personal data.</summary>
internal sealed class IdentityBody : IDisposable
{
    /// <summary>The longest body.</summary>
    public const int MaxBytes = 1024 * 1024;

    /// <summary>The longest reason, in UTF-16 units.</summary>
    public const int MaxReason = 500;

    private readonly JsonDocument _document;
    private readonly IdentityRules _rules;

    private IdentityBody(JsonDocument document, IdentityRules rules) => (_document, _rules) = (document, rules);

    /// <summary>Reads a body.</summary>
    /// <param name="body">UTF-8 JSON.</param>
    /// <param name="rules">The workspace's rules: references are normalised by them.</param>
    /// <param name="expected">What the call takes, for whoever sent something else.</param>
    /// <returns>The body.</returns>
    /// <exception cref="ProblemException">It is no JSON object.</exception>
    public static IdentityBody Read(ReadOnlyMemory<byte> body, IdentityRules rules, string expected)
    {
        try
        {
            var document = JsonDocument.Parse(body);
            if (document.RootElement.ValueKind == JsonValueKind.Object) return new(document, rules);
            document.Dispose();
            throw new ProblemException(ProblemCode.InvalidBody, $"Send {expected}.");
        }
        catch (JsonException)
        {
            throw new ProblemException(ProblemCode.InvalidJson);
        }
    }

    /// <summary>Whether a member is there and not null.</summary>
    public bool Has(string name) => _document.RootElement.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null;

    /// <summary>A reference to a profile.</summary>
    public ProfileRef Ref(string name) => ReadRef(name, Text(name) ?? throw new ProblemException(ProblemCode.InvalidRef, $"{name}: {ProfileRef.Hint}"));

    /// <summary>Identifiers, each <c>type:value</c> or <c>{type, value}</c>, normalised.</summary>
    public IReadOnlyList<Identifier> Identifiers(string name)
    {
        if (!Has(name)) return [];
        var list = _document.RootElement.GetProperty(name);
        if (list.ValueKind != JsonValueKind.Array || list.GetArrayLength() == 0)
            throw new ProblemException(ProblemCode.InvalidBody, $"{name}: expects a list of at least one identifier, each \"type:value\".");
        return [.. list.EnumerateArray().Select((element, i) => ReadIdentifier($"{name}[{i}]", element)).Distinct()];
    }

    /// <summary>A merge's id; null when the member is not there.</summary>
    public MergeId? Merge(string name)
    {
        if (!Has(name)) return null;
        return MergeId.TryParse(Text(name), out var merge) ? merge : throw new ProblemException(ProblemCode.InvalidBody, $"{name}: is no merge's id.");
    }

    /// <summary>A flag.</summary>
    public bool Flag(string name, bool fallback)
    {
        if (!Has(name)) return fallback;
        return _document.RootElement.GetProperty(name).ValueKind switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            _ => throw new ProblemException(ProblemCode.InvalidBody, $"{name}: expects true or false."),
        };
    }

    /// <summary>Who asks, and the member <c>reason</c>.</summary>
    public PersonNote Note(KeyEntry key)
    {
        var reason = Has("reason") ? Text("reason") : null;
        if (reason?.Length > MaxReason) throw new ProblemException(ProblemCode.InvalidBody, $"reason: at most {MaxReason} characters.");
        return new(key.Who, reason);
    }

    public void Dispose() => _document.Dispose();

    private string? Text(string name)
    {
        if (!_document.RootElement.TryGetProperty(name, out var value)) return null;
        try
        {
            return value.ValueKind == JsonValueKind.String ? value.GetString() : throw new ProblemException(ProblemCode.InvalidBody, $"{name}: expects a text.");
        }
        catch (InvalidOperationException)
        {
            throw new ProblemException(ProblemCode.InvalidBody, $"{name}: is not valid text.");
        }
    }

    private Identifier ReadIdentifier(string place, JsonElement element)
    {
        try
        {
            var text = element.ValueKind switch
            {
                JsonValueKind.String => element.GetString()!,
                JsonValueKind.Object when element.TryGetProperty("type", out var type) && element.TryGetProperty("value", out var value)
                    && type.ValueKind == JsonValueKind.String && value.ValueKind == JsonValueKind.String => $"{type.GetString()}:{value.GetString()}",
                _ => throw new ProblemException(ProblemCode.InvalidRef, $"{place}: expects \"type:value\"."),
            };
            return ReadRef(place, text).Identifier ?? throw new ProblemException(ProblemCode.InvalidRef, $"{place}: expects \"type:value\".");
        }
        catch (InvalidOperationException)
        {
            throw new ProblemException(ProblemCode.InvalidRef, $"{place}: is not valid text.");
        }
    }

    private ProfileRef ReadRef(string place, string text) =>
        ProfileRef.TryParse(_rules, text, out var profile, out var why) ? profile : throw new ProblemException(ProblemCode.InvalidRef, $"{place}: {why}");
}
