using System.Text.Json;

namespace Cdp.Core.Tests.Journal;

/// <summary>Named bodies as a release of format version 1 wrote them, one a line. A file is never edited: a new format version gets a file of its own.</summary>
internal static class GoldenFile
{
    public static string Body(string file, string name)
    {
        using var document = Open(file);
        return document.RootElement.EnumerateArray().Single(g => g.GetProperty("name").GetString() == name).GetProperty("body").GetRawText();
    }

    public static string[] Names(string file)
    {
        using var document = Open(file);
        return [.. document.RootElement.EnumerateArray().Select(g => g.GetProperty("name").GetString()!)];
    }

    private static JsonDocument Open(string file) =>
        JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Golden", file)), new JsonDocumentOptions { MaxDepth = 128 });
}
