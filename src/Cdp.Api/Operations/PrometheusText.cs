using System.Globalization;
using System.Text;

namespace Cdp.Api.Operations;

/// <summary>The Prometheus text format, version 0.0.4.</summary>
internal sealed class PrometheusText
{
    private readonly StringBuilder _text = new(16 * 1024);

    public static string Name(string instrument, string? unit)
    {
        var name = new StringBuilder(instrument);
        for (var i = 0; i < name.Length; i++)
        {
            if (!char.IsAsciiLetterOrDigit(name[i])) name[i] = '_';
        }

        var suffix = unit switch { "s" => "_seconds", "By" => "_bytes", "ms" => "_milliseconds", _ => "" };
        return name.ToString().EndsWith(suffix, StringComparison.Ordinal) ? name.ToString() : name.Append(suffix).ToString();
    }

    public void Header(string name, string kind, string help) => _text
        .Append("# HELP ").Append(name).Append(' ').Append(help.Replace("\\", @"\\", StringComparison.Ordinal).Replace("\n", @"\n", StringComparison.Ordinal))
        .Append("\n# TYPE ").Append(name).Append(' ').Append(kind).Append('\n');

    public void Sample(string name, SeriesKey key, string? le, double value)
    {
        _text.Append(name);
        var first = true;
        Label(key.Name1, key.Value1, ref first);
        Label(key.Name2, key.Value2, ref first);
        Label(key.Name3, key.Value3, ref first);
        if (le is not null) Label("le", le, ref first);
        if (!first) _text.Append('}');
        _text.Append(' ').Append(value.ToString("R", CultureInfo.InvariantCulture)).Append('\n');
    }

    public void Histogram(string name, SeriesKey key, double[] bounds, MetricSeries series)
    {
        var (buckets, sum) = series.Histogram();
        var total = 0L;
        for (var i = 0; i < buckets.Length; i++)
        {
            total += buckets[i];
            Sample(name + "_bucket", key, i < bounds.Length ? bounds[i].ToString("R", CultureInfo.InvariantCulture) : "+Inf", total);
        }

        Sample(name + "_sum", key, null, sum);
        Sample(name + "_count", key, null, total);
    }

    public override string ToString() => _text.ToString();

    private void Label(string? name, object? value, ref bool first)
    {
        if (name is null) return;
        _text.Append(first ? '{' : ',').Append(Name(name, null)).Append("=\"");
        first = false;
        foreach (var c in Convert.ToString(value, CultureInfo.InvariantCulture) ?? "")
        {
            _ = c switch { '\\' => _text.Append(@"\\"), '"' => _text.Append("\\\""), '\n' => _text.Append(@"\n"), _ => _text.Append(c) };
        }

        _text.Append('"');
    }
}
