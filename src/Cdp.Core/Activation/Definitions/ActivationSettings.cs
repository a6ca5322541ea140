using Cdp.Core.Activation.Limits;
using Cdp.Core.Audiences.Definitions;

namespace Cdp.Core.Activation.Definitions;

/// <summary>What holds for all triggers of a workspace: caps per customer and channel, and over all channels.</summary>
public sealed class ActivationSettings
{
    private ActivationSettings(IReadOnlyList<Cap> caps) => Caps = caps;

    /// <summary>No caps.</summary>
    public static ActivationSettings None { get; } = new([]);

    /// <summary>The caps; those without a channel are over all of them.</summary>
    internal IReadOnlyList<Cap> Caps { get; }

    /// <summary>Checks settings.</summary>
    /// <param name="json">UTF-8 JSON, such as <c>{"caps":[{"max":5,"within":"1d"},{"channel":"push","max":2,"within":"1d"}]}</c>.</param>
    /// <returns>What is wrong with them; empty when nothing is.</returns>
    public static IReadOnlyList<DefinitionProblem> Check(ReadOnlyMemory<byte> json)
    {
        List<DefinitionProblem> problems = [];
        Read(json, problems);
        return problems;
    }

    internal static ActivationSettings Read(ReadOnlyMemory<byte> json, List<DefinitionProblem> problems)
    {
        using var document = DefinitionReader.Open(json, problems);
        if (document is null) return None;
        var node = new Node(document.RootElement, "$", problems);
        if (!node.IsObject("caps") || node.Member("caps") is not { } caps) return None;
        return new([.. caps.Items(0, ActivationLimits.MaxCaps).Select(c => Cap.Read(c, withChannel: true)).OfType<Cap>()]);
    }
}
