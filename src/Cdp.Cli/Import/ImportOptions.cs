using System.CommandLine;
using System.Globalization;
using System.Text;
using Cdp.Cli.Import.Mapping;
using Cdp.Cli.Shell;

namespace Cdp.Cli.Import;

/// <summary>The options of <c>cdp import</c>.</summary>
internal sealed class ImportOptions
{
    private readonly Argument<string> _file = new("FILE") { Description = "The file." };
    private readonly Option<string> _format = new("--format") { Description = "csv, ndjson (rows of any shape) or segment (events as they are). Default: by the file's name." };
    private readonly Option<string[]> _map = new("--map")
    {
        Description = "column=target, repeatable or between commas, or a JSON file {\"column\":\"target\"}. Targets: userId, anonymousId, externalId:TYPE, email, phone, " +
                      "timestamp, event, messageId, traits.X, properties.X, context.X, - (leave out). ndjson: a dotted path instead of a column (a.b, list.0.x, list.*.x). " +
                      "Columns that no map names become traits (properties for --type track).",
        HelpName = "COLUMN=TARGET",
    };

    private readonly Option<bool> _onlyMapped = new("--only-mapped") { Description = "Leave out every column that no map names." };
    private readonly Option<string> _type = new("--type") { Description = "What a row becomes: identify or track.", DefaultValueFactory = _ => "identify" };
    private readonly Option<string?> _event = new("--event") { Description = "The event name of track rows that have no column for it." };
    private readonly Option<bool> _infer = new("--infer") { Description = "csv: read numbers, true and false out of the text. Never for identifiers, never where digits would be lost (0800)." };
    private readonly Option<string[]> _timeFormat = new("--time-format") { Description = "The timestamp column's .NET format, such as d/M/yy; repeatable, the first that fits counts. Default: ISO 8601, Unix seconds or milliseconds; UTC without an offset." };
    private readonly Option<string?> _asOf = new("--as-of")
    {
        Description = "The event time of rows without one (ISO 8601). Default: when the file was last written, so that values newer than the file win over it, older ones do not.",
        HelpName = "TIME",
    };

    private readonly Option<string?> _sourceName = new("--source-name")
    {
        Description = "Takes the file name's place in message ids. A row without a message id gets one from a hash of (file name without its directory, row number, the event " +
                      "as mapped): importing the same file again changes nothing, rows added at the end are new, and so are edited rows.",
        HelpName = "NAME",
    };

    private readonly Option<string?> _delimiter = new("--delimiter") { Description = "csv: the separator; \\t for tab. Default: the one of , ; tab | that the header has most of." };
    private readonly Option<string?> _encoding = new("--encoding") { Description = "csv: utf-8, latin1 or utf-16; a byte order mark wins. Default: utf-8." };
    private readonly Option<int> _batch = new("--batch") { Description = "Rows per request.", DefaultValueFactory = _ => 500 };
    private readonly Option<int> _concurrency = new("--concurrency") { Description = "Requests in flight. Rows that share an identifier keep their order nevertheless.", DefaultValueFactory = _ => 4 };
    private readonly Option<int> _retrySeconds = new("--retry-seconds") { Description = "How long one request may fail (429, 5xx, no connection) before the import stops.", DefaultValueFactory = _ => 300 };
    private readonly Option<string?> _rejects = new("--rejects") { Description = "Write rejected rows there: NDJSON {row, messageId, code, detail}.", HelpName = "FILE" };
    private readonly Option<string?> _state = new("--state") { Description = "Where the checkpoint is kept. Default: beside the file, as FILE.cdp-import.json.", HelpName = "DIR" };
    private readonly Option<bool> _resume = new("--resume") { Description = "Fail when there is no checkpoint to go on from. Without it one that fits is used." };
    private readonly Option<bool> _restart = new("--restart") { Description = "Begin at row 1 whatever the checkpoint says." };
    private readonly Option<bool> _dryRun = new("--dry-run") { Description = "Read, map and count only; send nothing." };

    public ImportOptions AddTo(Command command)
    {
        command.Arguments.Add(_file);
        foreach (var option in new Option[]
        {
            _format, _map, _onlyMapped, _type, _event, _infer, _timeFormat, _asOf, _sourceName, _delimiter, _encoding,
            _batch, _concurrency, _retrySeconds, _rejects, _state, _resume, _restart, _dryRun,
        })
        {
            command.Options.Add(option);
        }

        return this;
    }

    public ImportSettings Read(ParseResult parsed)
    {
        var file = parsed.GetRequiredValue(_file);
        if (!File.Exists(file)) throw CliException.Usage($"there is no file {file}.");
        var format = Format(parsed.GetValue(_format), file);
        var type = parsed.GetRequiredValue(_type);
        if (type is not ("identify" or "track")) throw CliException.Usage($"--type '{type}': identify or track.");
        var specs = parsed.GetValue(_map) ?? [];
        if (format == ImportFormat.Segment && specs.Length > 0) throw CliException.Usage("--map is for csv and ndjson; segment events are taken as they are.");
        if (parsed.GetValue(_resume) && parsed.GetValue(_restart)) throw CliException.Usage("--resume and --restart exclude each other.");
        return new ImportSettings
        {
            File = file,
            Format = format,
            Map = ColumnMap.Parse(specs, parsed.GetValue(_onlyMapped), type == "track" ? TargetKind.Property : TargetKind.Trait),
            Rules = new RowRules(type, parsed.GetValue(_event), parsed.GetValue(_infer), parsed.GetValue(_timeFormat) ?? []),
            SourceName = parsed.GetValue(_sourceName) ?? Path.GetFileName(file),
            AsOf = Time(parsed.GetValue(_asOf)),
            Separator = Separator(parsed.GetValue(_delimiter)),
            Encoding = EncodingOf(parsed.GetValue(_encoding)),
            BatchRows = Range(parsed, _batch, 1, 5_000),
            Concurrency = Range(parsed, _concurrency, 1, 64),
            RetryFor = TimeSpan.FromSeconds(Range(parsed, _retrySeconds, 0, 86_400)),
            Rejects = parsed.GetValue(_rejects),
            StateDirectory = parsed.GetValue(_state),
            Resume = parsed.GetValue(_resume) ? ResumeMode.Resume : parsed.GetValue(_restart) ? ResumeMode.Restart : ResumeMode.Auto,
            DryRun = parsed.GetValue(_dryRun),
        };
    }

    private static ImportFormat Format(string? given, string file) => (given ?? Path.GetExtension(file).ToLowerInvariant()) switch
    {
        "csv" or ".csv" or ".tsv" => ImportFormat.Csv,
        "ndjson" or ".ndjson" or ".jsonl" => ImportFormat.Ndjson,
        "segment" => ImportFormat.Segment,
        _ when given is null => throw CliException.Usage("--format is needed: csv, ndjson or segment."),
        _ => throw CliException.Usage($"--format '{given}': csv, ndjson or segment."),
    };

    private static int Range(ParseResult parsed, Option<int> option, int min, int max)
    {
        var value = parsed.GetValue(option);
        return value >= min && value <= max ? value : throw CliException.Usage($"{option.Name} {value}: {min} to {max}.");
    }

    private static DateTimeOffset? Time(string? text)
    {
        if (text is null) return null;
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? time
            : throw CliException.Usage($"--as-of '{text}': a time such as 2026-11-23T08:00:00Z.");
    }

    private static char? Separator(string? text) => text switch
    {
        null => null,
        "\\t" or "tab" => '\t',
        { Length: 1 } when text[0] is not ('"' or ' ' or '\n' or '\r') => text[0],
        _ => throw CliException.Usage("--delimiter: one character, or \\t."),
    };

    private static Encoding? EncodingOf(string? text) => text?.ToLowerInvariant() switch
    {
        null or "utf-8" or "utf8" => null,
        "latin1" or "iso-8859-1" => Encoding.Latin1,
        "utf-16" or "utf16" => Encoding.Unicode,
        _ => throw CliException.Usage("--encoding: utf-8, latin1 or utf-16."),
    };
}
