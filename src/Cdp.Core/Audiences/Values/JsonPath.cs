using System.Text;
using Cdp.Core.Audiences.Definitions;
using Cdp.Core.Events.Json;

namespace Cdp.Core.Audiences.Values;

/// <summary>A place in a JSON object: names with dots between, each leading into an object. A name that holds a dot itself cannot be addressed.</summary>
internal sealed class JsonPath
{
    private readonly byte[][] _names;

    private JsonPath(string text)
    {
        Text = text;
        _names = [.. text.Split('.').Select(Encoding.UTF8.GetBytes)];
    }

    public string Text { get; }

    /// <summary>The outermost name.</summary>
    public byte[] Root => _names[0];

    public static JsonPath? Read(Node node)
    {
        if (node.Text() is not { } text) return null;
        if (text.Split('.') is { Length: <= 8 } names && !names.Contains("")) return new(text);
        node.Note(ProblemCodes.OutOfRange, "1 to 8 names with dots between");
        return null;
    }

    public static JsonPath Of(string text) => new(text);

    /// <summary>Finds the value in an object; a missing slice when there is none.</summary>
    public JsonSlice FindIn(ReadOnlySpan<byte> json)
    {
        var members = new JsonMembers(json);
        var found = default(JsonSlice);
        while (members.Next())
        {
            // Of two members with one name the last one counts, as everywhere.
            if (members.Name.SequenceEqual(_names[0])) found = members.Value;
        }

        return Below(json, found);
    }

    /// <summary>Goes from the value of the outermost name to the value of the whole path.</summary>
    public JsonSlice Below(ReadOnlySpan<byte> json, JsonSlice root)
    {
        for (var i = 1; i < _names.Length && root.HasValue; i++)
        {
            if (!root.IsObject) return default;
            var start = root.Start;
            var members = new JsonMembers(root.In(json));
            root = default;
            while (members.Next())
            {
                if (members.Name.SequenceEqual(_names[i])) root = members.Value with { Start = members.Value.Start + start };
            }
        }

        return root;
    }
}
