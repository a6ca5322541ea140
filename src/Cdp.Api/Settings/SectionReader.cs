using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace Cdp.Api.Settings;

/// <summary>Reads one section, remembers which keys it was asked for, and complains about all others.</summary>
internal sealed class SectionReader(IConfigurationSection section, List<string> problems)
{
    private readonly HashSet<string> _known = new(StringComparer.OrdinalIgnoreCase);

    public string Path => section.Path;

    public void Complain(string name, string why) => problems.Add($"{section.Path}:{name}: {why}");

    public string? Text(string name)
    {
        var child = Child(name);
        if (child.GetChildren().Any())
        {
            Complain(name, "expects one value, not an object or a list.");
            return null;
        }

        return string.IsNullOrEmpty(child.Value) ? null : child.Value;
    }

    public int Number(string name, int fallback, int min, int max)
    {
        if (Text(name) is not { } text) return fallback;
        if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) && value >= min && value <= max) return value;
        Complain(name, $"expects a whole number from {min} to {max}.");
        return fallback;
    }

    public bool Flag(string name, bool fallback = false)
    {
        if (Text(name) is not { } text) return fallback;
        if (bool.TryParse(text, out var value)) return value;
        Complain(name, "expects true or false.");
        return fallback;
    }

    public T Choice<T>(string name, T fallback)
        where T : struct, Enum
    {
        if (Text(name) is not { } text) return fallback;
        foreach (var value in Enum.GetValues<T>())
        {
            if (string.Equals(value.ToString(), text, StringComparison.OrdinalIgnoreCase)) return value;
        }

        Complain(name, $"expects one of {string.Join(", ", Enum.GetNames<T>())}.");
        return fallback;
    }

    /// <summary>The members of an object; empty when there is none.</summary>
    public IEnumerable<IConfigurationSection> Members(string name)
    {
        var child = Child(name);
        if (!string.IsNullOrEmpty(child.Value)) Complain(name, "expects an object.");
        return child.GetChildren();
    }

    /// <summary>The elements of a list; empty when there is none.</summary>
    public IEnumerable<IConfigurationSection> Elements(string name)
    {
        var child = Child(name);
        if (!string.IsNullOrEmpty(child.Value)) Complain(name, "expects a list.");
        foreach (var element in child.GetChildren())
        {
            if (int.TryParse(element.Key, NumberStyles.None, CultureInfo.InvariantCulture, out _)) yield return element;
            else problems.Add($"{element.Path}: expects a list, whose elements are numbered from 0.");
        }
    }

    public SectionReader Section(string name)
    {
        var child = Child(name);
        if (!string.IsNullOrEmpty(child.Value)) Complain(name, "expects an object.");
        return new SectionReader(child, problems);
    }

    public SectionReader Of(IConfigurationSection other) => new(other, problems);

    /// <summary>The whole section as a JSON object (UTF-8).</summary>
    public byte[] ToJson() => PolicyDocument.Write(section);

    /// <summary>Names every key that nobody asked for: most likely a typing mistake.</summary>
    public void Finish()
    {
        foreach (var child in section.GetChildren())
        {
            if (!_known.Contains(child.Key))
            {
                problems.Add($"{child.Path}: there is no such setting. Known here: {string.Join(", ", _known.Order(StringComparer.Ordinal))}.");
            }
        }
    }

    private IConfigurationSection Child(string name)
    {
        _known.Add(name);
        return section.GetSection(name);
    }
}
