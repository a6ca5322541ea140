using Cdp.Cli.Import.Mapping;
using Cdp.Cli.Import.Rows;
using Cdp.Cli.Tests.Support;

namespace Cdp.Cli.Tests.Import;

public sealed class MessageIds : IDisposable
{
    private const string File = "id,city\n1,Ulm\n2,Bonn\n2,Bonn\n";

    private readonly TempFolder _folder = new();

    [Fact]
    public void The_same_file_has_the_same_ids_wherever_and_whenever_it_lies()
    {
        var first = Ids(File);
        Assert.Equal(first, Ids(File, folder: "elsewhere", time: DateTimeOffset.UnixEpoch.AddDays(1)));
        Assert.Equal(3, first.Distinct().Count());
    }

    [Fact]
    public void Golden_ids_stay_for_ever_since_servers_remember_them() =>
        Assert.Equal("imp-0000000001-75f2321b7f53243def36063c9ec65ba5", Ids(File)[0]);

    [Fact]
    public void Rows_added_at_the_end_leave_the_others_their_ids() => Assert.Equal(Ids(File), Ids(File + "3,Kiel\n")[..3]);

    [Fact]
    public void An_edited_row_has_a_new_id_and_its_neighbours_keep_theirs()
    {
        var before = Ids(File);
        var after = Ids(File.Replace("Ulm", "Linz", StringComparison.Ordinal));
        Assert.NotEqual(before[0], after[0]);
        Assert.Equal(before[1..], after[1..]);
    }

    [Fact]
    public void Another_map_makes_other_events_and_so_other_ids() => Assert.NotEqual(Ids(File)[0], Ids(File, map: "id=userId,city=-")[0]);

    [Fact]
    public void Another_source_name_has_other_ids() => Assert.NotEqual(Ids(File)[0], Ids(File, source: "b.csv")[0]);

    [Fact]
    public void Later_rows_have_higher_ids_so_that_they_win_at_the_same_time()
    {
        var ids = Ids("id,city\n" + string.Concat(Enumerable.Range(0, 200).Select(i => $"1,{i}\n")));
        Assert.Equal(ids.Order(StringComparer.Ordinal), ids);
    }

    [Fact]
    public void An_id_of_the_file_is_kept() => Assert.Equal(["x1"], Ids("id,m\n1,x1\n", map: "id=userId,m=messageId"));

    public void Dispose() => _folder.Dispose();

    private List<string> Ids(string text, string map = "id=userId", string source = "a.csv", string folder = "here", DateTimeOffset? time = null)
    {
        Directory.CreateDirectory(_folder.File(folder));
        using var rows = new CsvRows(
            _folder.Write(Path.Combine(folder, "a.csv"), text), new CsvDialect(null, null), ColumnMap.Parse([map], false, TargetKind.Trait),
            new RowRules("identify"), new RowFactory(source, time ?? DateTimeOffset.UnixEpoch));
        var ids = new List<string>();
        while (rows.Read() is { } row) ids.Add(row.MessageId!);
        return ids;
    }
}
