using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Cdp.Simulation.Running;

/// <summary>What happened in a run, a line per step: who sent what, which fault, which invariant.</summary>
internal sealed class Story
{
    private readonly StringBuilder _text = new();

    public string Text => _text.ToString();

    /// <summary>SHA-256 of the text: two runs with one digest were the same to the byte.</summary>
    public string Digest => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Text)));

    public void Tell(int step, TimeSpan at, string line) =>
        _text.Append(CultureInfo.InvariantCulture, $"{step,5} {at.TotalMilliseconds,10:F1} ms  {line}\n");

    public void Tell(string line) => _text.Append(line).Append('\n');
}
