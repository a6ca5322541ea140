using System.Text;
using System.Text.Json;
using Cdp.Core.Audiences;
using Cdp.Core.Audiences.Membership;
using Cdp.Core.Identity;
using Cdp.Core.Profiles;
using Cdp.Core.Profiles.Splits;
using Cdp.Core.Tests.Profiles;

namespace Cdp.Core.Tests.Journal;

/// <summary>The bodies of the journal's records, format version 1, mean and look what they always did.</summary>
public sealed class RecordGoldenTests
{
    private const string File = "records-v1.json";

    private static readonly CustomerId One = Make.Stream(1), Two = Make.Stream(2);

    private static readonly Dictionary<string, object> Records = new()
    {
        ["decided: linked"] = new DecidedRecord("m-1", [
            new(DecisionKind.Linked, new("user_id", "u1"), ReasonCodes.Created, null, new(One, 1_767_225_600_000, "web")),
            new(DecisionKind.Linked, new("email", "jürgen+\"a\"@example.test"), ReasonCodes.Linked, null, new(Two, 1_767_225_600_001, "crm", 1_767_000_000_000)),
        ]),
        ["decided: moved here"] = new DecidedRecord("m-2", [
            new(DecisionKind.Moved, new("anonymous_id", "a1"), ReasonCodes.Moved, Two, new(One, 1_767_225_600_002, "web", null, [
                new(UInt128.Parse("00112233445566778899aabbccddeeff", System.Globalization.NumberStyles.HexNumber), 1_767_225_500_000, new("anonymous_id", "a1")),
                new(UInt128.MaxValue, 1_767_225_500_001, new("anonymous_id", "a1")),
            ])),
        ]),
        ["decided: moved away"] = new DecidedRecord("m-2", [new(DecisionKind.Moved, new("anonymous_id", "a1"), ReasonCodes.Moved, One)]),
        ["decided: refused"] = new DecidedRecord("m-3", [
            new(DecisionKind.Refused, new("email", "f@example.test"), ReasonCodes.KeptByOwner, Two),
            new(DecisionKind.Refused, new("user_id", "undefined"), ReasonCodes.IdentifierBlocked),
        ]),
        ["decided: by a person"] = new DecidedRecord(null, [new(DecisionKind.Split, new("phone", "+442079460958"), "admin", Two)]),
        ["merged into"] = new MergedIntoRecord(One, ReasonCodes.Merged, "m-4"),
        ["merged into: by a person"] = new MergedIntoRecord(One, ReasonCodes.Merged, null),
        ["absorbed"] = new AbsorbedRecord(Two, 4_711, ReasonCodes.Merged, "m-4"),
        ["absorbed: by a person"] = new AbsorbedRecord(Two, 1, ReasonCodes.Merged, null),
        ["absorbed: with a note"] = new AbsorbedRecord(Two, 1, ReasonCodes.MergedByAdmin, null, new("support", "called \"us\"")),
        ["split: by identifiers"] = new SplitRecord(Two, ReasonCodes.Split, new("api", null), null, """{"v":1}"""u8.ToArray(), []),
        ["split: a merge undone"] = new SplitRecord(Two, ReasonCodes.Split, new("api", "why"), new(One, 7), """{"v":1}"""u8.ToArray(), []),
        ["restored"] = new SplitRecord(One, ReasonCodes.Split, new("api", null), new(One, 7), """{"v":1}"""u8.ToArray(), [
            new(Two, new("anonymous_id", "a1"), 3), new(Two, new("user_id", "u1"), 1),
        ]),
        ["judged"] = new JudgedRecord("a:vip@1", [new("vip", 1, true, 1_767_225_600_000, 1_767_225_660_000), new("new", 2, false, 5, Verdict.Never)], [
            new("vip", 1, ChangeKind.Enter, 1_767_225_600_000, ChangeCause.Event, false), new("old", 3, ChangeKind.Exit, 7, ChangeCause.Time, true),
        ]),
        ["patched"] = new PatchedRecord(new(1_767_225_600_003, 5, "api-1", "crm"), """{"vip":true,"note":"a \u00fc <b>","gone":null,"n":1.50}"""u8.ToArray()),
        ["patched: without priority"] = new PatchedRecord(new(1_767_225_600_004, 0, "api-2", "api"), "{}"u8.ToArray()),
    };

    public static TheoryData<string> Names => [.. Records.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_record_is_written_as_ever(string name) => Assert.Equal(GoldenFile.Body(File, name), Write(Records[name]));

    [Theory]
    [MemberData(nameof(Names))]
    public void A_record_means_what_it_did(string name)
    {
        var body = Encoding.UTF8.GetBytes(GoldenFile.Body(File, name));
        switch (Records[name])
        {
            case DecidedRecord expected:
                Same(expected, RecordCodec.ReadDecided(body));
                break;
            case PatchedRecord expected:
                var patched = RecordCodec.ReadPatched(body);
                Assert.Equal((expected.Origin, Text(expected.Traits)), (patched.Origin, Text(patched.Traits)));
                break;
            case SplitRecord expected:
                var split = SplitCodec.Read(body);
                Assert.Equal((expected.Other, expected.Code, expected.Note, expected.Undone), (split.Other, split.Code, split.Note, split.Undone));
                Assert.Equal(expected.Moved, split.Moved);
                Assert.Equal(Text(expected.State), Text(split.State));
                break;
            case JudgedRecord expected:
                var judged = JudgedCodec.Read(body);
                Assert.Equal(expected.By, judged.By);
                Assert.Equal(expected.Memberships, judged.Memberships);
                Assert.Equal(expected.Changes, judged.Changes);
                break;
            case MergedIntoRecord expected:
                Assert.Equal(expected, RecordCodec.ReadMergedInto(body));
                break;
            default:
                Assert.Equal(Records[name], RecordCodec.ReadAbsorbed(body));
                break;
        }
    }

    [Fact]
    public void Every_record_of_the_file_is_tested() => Assert.Equal(Records.Keys, GoldenFile.Names(File));

    [Fact]
    public void The_numbers_that_are_stored_never_change()
    {
        Assert.Equal(
            ["1 Linked", "2 Moved", "3 Shared", "4 Refused", "5 Merged", "6 Split", "7 Evicted", "8 Expired"],
            Enum.GetValues<DecisionKind>().Select(k => $"{(int)k} {k}"));
        Assert.Equal(
            ["0 None", "1 Event", "2 Decided", "3 MergedInto", "4 Absorbed", "5 Patched", "6 Erased", "7 Split", "8 Restored", "9 Judged", "10 Acted", "11 Positioned"],
            Enum.GetValues<Core.Journal.RecordKind>().Select(k => $"{(int)k} {k}"));
        Assert.Equal(["0 Live", "1 Merged", "2 Erased"], Enum.GetValues<CustomerStatus>().Select(k => $"{(int)k} {k}"));
    }

    [Theory]
    [InlineData("""{"v":3}""")]
    [InlineData("""{"v":0,"d":[]}""")]
    [InlineData("""{"v":-1,"s":"01890000-0000-7000-8000-000000000001","c":"merged"}""")]
    [InlineData("""{"v":99999999999}""")]
    public void A_format_version_of_another_release_is_an_error_and_not_a_guess(string body)
    {
        var bytes = Encoding.UTF8.GetBytes(body);
        Assert.Throws<FormatException>(() => RecordCodec.ReadDecided(bytes));
        Assert.Throws<FormatException>(() => RecordCodec.ReadMergedInto(bytes));
        Assert.Throws<FormatException>(() => RecordCodec.ReadAbsorbed(bytes));
        Assert.Throws<FormatException>(() => RecordCodec.ReadPatched(bytes));
        Assert.Throws<FormatException>(() => StateCodec.Read(bytes));
    }

    [Fact]
    public void Version_2_is_for_what_rules_judge_of_traits_and_nothing_else()
    {
        var bytes = """{"v":2,"d":[],"s":"01890000-0000-7000-8000-000000000001","l":"01890000-0000-7000-8000-000000000001","lv":1,"c":"merged"}"""u8.ToArray();
        Assert.Throws<FormatException>(() => RecordCodec.ReadDecided(bytes));
        Assert.Throws<FormatException>(() => RecordCodec.ReadMergedInto(bytes));
        Assert.Throws<FormatException>(() => RecordCodec.ReadAbsorbed(bytes));
    }

    [Fact]
    public void A_kind_of_another_release_is_an_error_too() => Assert.Throws<FormatException>(() => StateLoader.Evolve(
        new CustomerState(One), new(One, 1, (Core.Journal.RecordKind)77, 1, "{\"v\":1}"u8.ToArray())));

    [Fact]
    public void Members_of_a_later_release_of_the_same_version_are_passed_over() => Assert.Equal(
        new MergedIntoRecord(One, "merged", "m"),
        RecordCodec.ReadMergedInto("""{"x":[{}],"v":1,"m":"m","s":"01890000-0000-7000-8000-000000000001","new":null,"c":"merged"}"""u8.ToArray()));

    private static string Write(object record) => Encoding.UTF8.GetString(record switch
    {
        DecidedRecord r => RecordCodec.Write(r),
        MergedIntoRecord r => RecordCodec.Write(r),
        AbsorbedRecord r => RecordCodec.Write(r),
        PatchedRecord r => RecordCodec.Write(r),
        SplitRecord r => SplitCodec.Write(r),
        JudgedRecord r => JudgedCodec.Write(r),
        _ => throw new JsonException(),
    });

    private static void Same(DecidedRecord expected, DecidedRecord actual)
    {
        Assert.Equal(expected.MessageId, actual.MessageId);
        Assert.Equal(Bare(expected), Bare(actual));
        Assert.Equal(expected.Decisions.Select(Seen), actual.Decisions.Select(Seen));

        static IEnumerable<Decision> Bare(DecidedRecord record) =>
            record.Decisions.Select(d => d with { Link = d.Link is { } link ? link with { Seen = null } : null });
        static MessageWindow.Entry[] Seen(Decision decision) => [.. decision.Link?.Seen ?? []];
    }

    private static string Text(ReadOnlyMemory<byte> json) => Encoding.UTF8.GetString(json.Span);
}
