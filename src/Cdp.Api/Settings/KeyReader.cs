using System.Text;
using Cdp.Api.Auth;
using Cdp.Core.Events;
using Microsoft.Extensions.Configuration;

namespace Cdp.Api.Settings;

/// <summary>Reads the keys of all workspaces and keeps their hashes only.</summary>
internal sealed class KeyReader(List<string> problems)
{
    private readonly Dictionary<KeyDigest, string> _paths = [];

    public List<KeyEntry> Entries { get; } = [];

    public void Read(SectionReader workspace, string name)
    {
        foreach (var element in workspace.Elements("WriteKeys")) ReadWriteKey(workspace, element, name);
        foreach (var element in workspace.Elements("ApiKeys")) ReadApiKey(workspace.Of(element), name);
    }

    public void AddDevelopmentKey() => Entries.Add(new KeyEntry(
        KeyDigest.Of(Encoding.UTF8.GetBytes(SettingsDefaults.DevelopmentKey)), SettingsDefaults.Workspace, KeyScopes.All, true,
        new EventSource(SettingsDefaults.WriteKeySource)));

    private void ReadWriteKey(SectionReader workspace, IConfigurationSection element, string name)
    {
        if (!string.IsNullOrEmpty(element.Value))
        {
            Add(element.Path, element.Value, digest => new(digest, name, KeyScopes.None, true, new EventSource(SettingsDefaults.WriteKeySource)));
            return;
        }

        var section = workspace.Of(element);
        var source = new EventSource(
            section.Text("Source") ?? SettingsDefaults.WriteKeySource,
            section.Number("Priority", 0, -1_000, 1_000),
            section.Flag("Trusted"),
            section.Flag("SharedDevice"));
        if (source.Name.Length > 128) section.Complain("Source", "is at most 128 characters long.");
        Add(section.Path + ":Key", section.Text("Key"), digest => new(digest, name, KeyScopes.None, true, source));
        section.Finish();
    }

    private void ReadApiKey(SectionReader section, string name)
    {
        var scopes = KeyScopes.None;
        var count = 0;
        foreach (var element in section.Elements("Scopes"))
        {
            count++;
            if (KeyScopeNames.TryParse(element.Value, out var scope)) scopes |= scope;
            else problems.Add($"{element.Path}: a scope is one of read, ingest, admin, erase.");
        }

        if (count == 0) section.Complain("Scopes", "expects a list of at least one of read, ingest, admin, erase.");
        var source = new EventSource(SettingsDefaults.ApiKeySource, 0, section.Flag("Trusted"));
        var label = section.Text("Label");
        if (label?.Length > 128 || label?.Any(char.IsControl) == true) section.Complain("Label", "is at most 128 characters long, without control characters.");
        Add(section.Path + ":Key", section.Text("Key"), digest => new(digest, name, scopes, false, source) { Label = label });
        section.Finish();
    }

    private void Add(string path, string? key, Func<KeyDigest, KeyEntry> make)
    {
        if (key is null)
        {
            problems.Add($"{path}: a key is missing.");
            return;
        }

        if (key.Length > KeyRing.MaxKeyBytes || !key.All(c => c is > ' ' and < '\x7f' and not ':'))
        {
            problems.Add($"{path}: a key is at most {KeyRing.MaxKeyBytes} printable ASCII characters without spaces and colons.");
            return;
        }

        var digest = KeyDigest.Of(Encoding.UTF8.GetBytes(key));
        if (_paths.TryGetValue(digest, out var other))
        {
            problems.Add($"{path}: is the same key as {other}. A key belongs to one workspace and one purpose.");
            return;
        }

        _paths.Add(digest, path);
        Entries.Add(make(digest));
    }
}
