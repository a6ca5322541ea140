using System.Text.Json;
using Cdp.Core.Audiences.Windows;
using Cdp.Core.Geofences.Tracking;

namespace Cdp.Api.Geofences;

/// <summary>What a workspace keeps of positions: <c>{"decimalPlaces":5,"keptFixes":1,"retention":"30d"}</c>.</summary>
internal static class PositionSettings
{
    private const int MaxDecimalPlaces = 7;
    private const int MaxKeptFixes = 100;

    /// <summary>Reads it.</summary>
    /// <param name="body">UTF-8 JSON.</param>
    /// <returns>The options, or all that is wrong.</returns>
    public static (PositionOptions? Options, IReadOnlyList<string> Problems) Read(ReadOnlyMemory<byte> body)
    {
        List<string> problems = [];
        var options = PositionOptions.Default;
        try
        {
            using var document = JsonDocument.Parse(body);
            if (document.RootElement.ValueKind != JsonValueKind.Object) return (null, ["$: wrong_type: expected an object"]);
            foreach (var member in document.RootElement.EnumerateObject())
            {
                switch (member.Name)
                {
                    case "decimalPlaces":
                        options = options with { DecimalPlaces = Number(member, 0, MaxDecimalPlaces) };
                        break;
                    case "keptFixes":
                        options = options with { KeptFixes = Number(member, 1, MaxKeptFixes) };
                        break;
                    case "retention":
                        options = options with { Retention = Length(member) };
                        break;
                    default:
                        problems.Add($"$.{member.Name}: unknown_member: expected one of decimalPlaces, keptFixes, retention");
                        break;
                }
            }
        }
        catch (JsonException)
        {
            return (null, ["$: invalid_json: expected JSON"]);
        }

        return problems.Count > 0 ? (null, problems) : (options, []);

        int Number(JsonProperty member, int min, int max)
        {
            if (member.Value.ValueKind == JsonValueKind.Number && member.Value.TryGetInt32(out var value) && value >= min && value <= max) return value;
            problems.Add($"$.{member.Name}: out_of_range: expected {min} to {max}");
            return min;
        }

        TimeSpan Length(JsonProperty member)
        {
            if (member.Value.ValueKind == JsonValueKind.String && Durations.TryParse(member.Value.GetString()!, out var ms) && ms is >= 60_000 and <= 400L * 86_400_000)
                return TimeSpan.FromMilliseconds(ms);
            problems.Add($"$.{member.Name}: out_of_range: expected 1m to 400d");
            return PositionOptions.Default.Retention;
        }
    }
}
