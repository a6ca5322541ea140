using System.Text;
using Cdp.Cli.Import.Mapping;
using Cdp.Cli.Shell;
using CsvHelper;

namespace Cdp.Cli.Import.Rows;

/// <summary>How a CSV file is written.</summary>
/// <param name="Separator">Null to find it out from the first lines.</param>
/// <param name="Encoding">Null for UTF-8; a UTF-16 byte order mark wins.</param>
internal sealed record CsvDialect(char? Separator, Encoding? Encoding);

/// <summary>Reads CSV with a header line: RFC 4180 quotes, blanks around names and cells trimmed, blank lines skipped, ragged rows rejected alone.</summary>
internal sealed class CsvRows : IRowReader
{
    private readonly FileStream _file;
    private readonly CsvReader _csv;
    private readonly RowFactory _factory;
    private readonly RowRules _rules;
    private readonly MapTarget[] _targets;
    private bool _badQuotes;
    private bool _ended;
    private long _number;

    public CsvRows(string path, CsvDialect dialect, ColumnMap map, RowRules rules, RowFactory factory)
    {
        _factory = factory;
        _rules = rules;
        _file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, 1, FileOptions.SequentialScan);
        try
        {
            _csv = CsvReader.Create(_file, Options(dialect), leaveOpen: true);
            _targets = Header(_csv.Headers, map);
        }
        catch (CsvFormatException)
        {
            _file.Dispose();
            throw CliException.Usage("the header line cannot be read as CSV: is this a CSV file, and is --delimiter right?");
        }
        catch
        {
            _file.Dispose();
            throw;
        }
    }

    public long BytesRead => _file.Position;

    public ImportRow? Read()
    {
        if (_ended) return null;
        _badQuotes = false;
        try
        {
            if (!_csv.Read()) return null;
        }
        catch (CsvFormatException)
        {
            // Too long for a record: where it ends, and so where the next begins, is not known.
            _ended = true;
            return ImportRow.Rejected(++_number, RowCodes.CellTooLong);
        }

        _number++;
        if (_badQuotes) return ImportRow.Rejected(_number, RowCodes.BadQuotes);
        return IsRagged() ? ImportRow.Rejected(_number, RowCodes.Ragged) : Make();
    }

    public void Dispose()
    {
        _csv.Dispose();
        _file.Dispose();
    }

    // Separators at the end of a line, as spreadsheets leave them, do no harm.
    private bool IsRagged()
    {
        for (var i = _targets.Length; i < _csv.FieldCount; i++) if (!_csv.GetSpan(i).IsEmpty) return true;
        return _csv.FieldCount < _targets.Length;
    }

    private ImportRow Make()
    {
        var builder = new EventBuilder(_rules);
        for (var i = 0; i < _targets.Length; i++)
        {
            if (_targets[i].Kind == TargetKind.Leave || _csv.GetSpan(i).IsEmpty) continue;
            var cell = _csv.GetString(i);
            // What the decoder could not read: the file is in another encoding than --encoding says.
            if (cell.Contains('\uFFFD')) return ImportRow.Rejected(_number, RowCodes.InvalidText);
            builder.Set(_targets[i], CellType.Of(cell, _rules.Infer && !_targets[i].IsIdentifier));
        }

        return builder.Build(out var reject) is { } item ? _factory.Create(item, _number) : ImportRow.Rejected(_number, reject!);
    }

    // A stray quote, as in 5" disk, is text. Text behind a closing quote or a quote that never closes means that cells were lost.
    private CsvReaderOptions Options(CsvDialect dialect) => new()
    {
        Separator = dialect.Separator,
        Encoding = dialect.Encoding,
        TrimWhitespace = true,
        TrimInsideQuotes = true,
        MaxRecordSize = RowFactory.MaxRowBytes,
        IncludeValuesInExceptions = false,
        OnMalformedRecord = malformed => _badQuotes |= malformed.Reason != CsvMalformedReason.StrayQuote,
    };

    private static MapTarget[] Header(IReadOnlyList<string> raw, ColumnMap map)
    {
        if (raw.Count == 0) throw CliException.Usage("the file is empty: a header line is needed.");
        var names = raw.Select(n => n.Trim()).ToArray();
        // The names are not shown: a file without a header has people in its first line.
        if (names.Where(n => n.Length > 0).Distinct(StringComparer.Ordinal).Count() < names.Count(n => n.Length > 0))
        {
            throw CliException.Usage("two columns of the header have the same name; rename one.");
        }

        foreach (var column in map.Targets.Keys.Where(c => !names.Contains(c, StringComparer.Ordinal)))
        {
            throw CliException.Usage($"--map: the header has no column '{column}' (it has {names.Length} columns; names are case-sensitive).");
        }

        return Array.ConvertAll(names, map.For);
    }
}
