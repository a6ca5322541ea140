using System.Globalization;
using System.Text;

namespace Cdp.Core.Identity;

/// <summary>
/// Unicode normalisation form C (UAX #15). Our own, because under InvariantGlobalization <see cref="string.Normalize()"/> returns its input as it is on
/// Linux: ICU does the work there and is not loaded. Two spellings of one address must be one identifier on every host.
/// </summary>
internal static class Nfc
{
    private const int HangulBase = 0xAC00, HangulCount = 11_172, LeadBase = 0x1100, LeadCount = 19, VowelBase = 0x1161, VowelCount = 21, TrailBase = 0x11A7,
        TrailCount = 28;

    /// <summary>Below U+0300 there is neither a combining mark nor a character that NFC replaces.</summary>
    private const char FirstAffected = '\u0300';

    private static readonly Lazy<Tables> Data = new(Tables.Load);

    /// <summary>Brings a text into form C.</summary>
    /// <param name="text">Any text without lone surrogates.</param>
    /// <returns>The same instance when there is nothing to do for it.</returns>
    public static string Compose(string text)
    {
        if (text.AsSpan().IndexOfAnyExceptInRange('\0', (char)(FirstAffected - 1)) < 0)
            return text;
        var tables = Data.Value;
        var points = new List<int>(text.Length);
        foreach (var rune in text.EnumerateRunes())
            Decompose(tables, rune.Value, points);
        Order(tables, points);
        Recombine(tables, points);

        var result = new StringBuilder(points.Count);
        foreach (var point in points)
            result.Append(new Rune(point).ToString());
        return result.ToString();
    }

    private static void Decompose(Tables tables, int point, List<int> to)
    {
        var hangul = point - HangulBase;
        if (hangul is >= 0 and < HangulCount)
        {
            to.Add(LeadBase + (hangul / (VowelCount * TrailCount)));
            to.Add(VowelBase + (hangul % (VowelCount * TrailCount) / TrailCount));
            if (hangul % TrailCount != 0)
                to.Add(TrailBase + (hangul % TrailCount));
        }
        else if (tables.Apart.TryGetValue(point, out var parts))
        {
            Decompose(tables, parts.First, to);
            if (parts.Second != 0)
                Decompose(tables, parts.Second, to);
        }
        else
        {
            to.Add(point);
        }
    }

    /// <summary>Sorts each run of combining marks by class, keeping the order within a class.</summary>
    private static void Order(Tables tables, List<int> points)
    {
        for (var i = 1; i < points.Count; i++)
        {
            var mark = tables.ClassOf(points[i]);
            for (var j = i; mark != 0 && j > 0 && tables.ClassOf(points[j - 1]) > mark; j--)
                (points[j - 1], points[j]) = (points[j], points[j - 1]);
        }
    }

    private static void Recombine(Tables tables, List<int> points)
    {
        var kept = 0;
        var starter = -1;
        var last = 0;
        for (var i = 0; i < points.Count; i++)
        {
            var point = points[i];
            var mark = tables.ClassOf(point);

            // A mark is blocked from its starter by one of the same or a higher class in between, and a starter by anything in between.
            var next = starter >= 0 && (starter == kept - 1 || (last < mark && last != 0)) ? Pair(tables, points[starter], point) : 0;
            if (next != 0)
            {
                points[starter] = next;
                continue;
            }

            if (mark == 0)
                starter = kept;
            last = mark;
            points[kept++] = point;
        }

        points.RemoveRange(kept, points.Count - kept);
    }

    private static int Pair(Tables tables, int first, int second)
    {
        if (first - LeadBase is >= 0 and < LeadCount && second - VowelBase is >= 0 and < VowelCount)
            return HangulBase + ((((first - LeadBase) * VowelCount) + second - VowelBase) * TrailCount);
        if (first - HangulBase is >= 0 and < HangulCount && (first - HangulBase) % TrailCount == 0 && second - TrailBase is > 0 and < TrailCount)
            return first + second - TrailBase;
        return tables.Together.GetValueOrDefault((first, second));
    }

    private sealed class Tables
    {
        private readonly Dictionary<int, byte> classes = [];

        public Dictionary<int, (int First, int Second)> Apart { get; } = [];

        public Dictionary<(int First, int Second), int> Together { get; } = [];

        public static Tables Load()
        {
            var tables = new Tables();
            foreach (var entry in NfcTables.Decompositions.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
            {
                var parts = entry.TrimEnd('!').Split('=', '+');
                var pair = (Hex(parts[1]), parts.Length > 2 ? Hex(parts[2]) : 0);
                tables.Apart[Hex(parts[0])] = pair;
                if (entry[^1] != '!')
                    tables.Together[pair] = Hex(parts[0]);
            }

            foreach (var entry in NfcTables.CombiningClasses.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
            {
                var parts = entry.Split('-', '=');
                for (var point = Hex(parts[0]); point <= Hex(parts[1]); point++)
                    tables.classes[point] = byte.Parse(parts[2], CultureInfo.InvariantCulture);
            }

            return tables;
        }

        public int ClassOf(int point) => point < FirstAffected ? 0 : classes.GetValueOrDefault(point);

        private static int Hex(string text) => int.Parse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
    }
}
