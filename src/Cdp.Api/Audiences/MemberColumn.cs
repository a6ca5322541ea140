using System.Text.Json;
using Cdp.Api.Http;

namespace Cdp.Api.Audiences;

/// <summary>One column of a list of members: a place in the profile's JSON, or <c>identifiers.TYPE</c> for all values of a type.</summary>
/// <param name="Name">Its name, as it was asked for.</param>
/// <param name="Steps">The members on the way to it.</param>
internal sealed record MemberColumn(string Name, string[] Steps)
{
    private const int MaxColumns = 50;
    private const int MaxChars = 200;

    /// <summary>Reads a list of columns.</summary>
    /// <param name="text">Names with commas between them; null for none.</param>
    /// <returns>The columns.</returns>
    /// <exception cref="ProblemException">There are too many, or one is empty or too long.</exception>
    public static IReadOnlyList<MemberColumn> Read(string? text)
    {
        if (text is null) return [];
        string[] names = [.. text.Split(',', StringSplitOptions.TrimEntries).Distinct(StringComparer.Ordinal)];
        if (names.Length > MaxColumns || names.Any(n => n.Length is 0 or > MaxChars || n.Split('.').Contains("")))
            throw new ProblemException(ProblemCode.InvalidParameter, $"columns is at most {MaxColumns} places in a profile, such as traits.email,identifiers.user_id.");
        return [.. names.Select(n => new MemberColumn(n, n.Split('.')))];
    }

    /// <summary>Writes its value as a member of its name; null when the profile has none.</summary>
    public void Write(Utf8JsonWriter json, JsonElement? profile)
    {
        json.WritePropertyName(Name);
        if (profile is not { } value)
        {
            json.WriteNullValue();
            return;
        }

        if (Steps is ["identifiers", var type])
        {
            json.WriteStartArray();
            foreach (var identifier in value.GetProperty("identifiers").EnumerateArray())
                if (identifier.GetProperty("type").ValueEquals(type)) identifier.GetProperty("value").WriteTo(json);
            json.WriteEndArray();
            return;
        }

        foreach (var step in Steps)
        {
            if (value.ValueKind == JsonValueKind.Object && value.TryGetProperty(step, out value)) continue;
            json.WriteNullValue();
            return;
        }

        value.WriteTo(json);
    }
}
