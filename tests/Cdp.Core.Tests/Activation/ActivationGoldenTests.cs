using System.Text;
using Cdp.Core.Activation;
using Cdp.Core.Activation.State;
using Cdp.Core.Tests.Profiles;

namespace Cdp.Core.Tests.Activation;

/// <summary>What release one wrote is read, and written as it was.</summary>
public sealed class ActivationGoldenTests
{
    private const string State = """{"v":1,"p":[["01890000-0000-7000-8000-000000000001",3,"ASNFZ4mrze8AAAAAAAAAAQ==",[["0123456789abcdef",1767225600000,1767312000000,"sale","push","autumn"],["0000000000000001",1767225600001,1767225660001,"plain",null,null]]],["01890000-0000-7000-8000-000000000002",1,"AAAAAAAAAAI=",[]]],"x":{"orders below 3":false,"spend above 100":true}}""";

    private const string Record = """{"v":1,"d":[{"i":"0123456789abcdef0123456789abcdef","t":"sale","n":3,"c":"deferred","k":1,"s":"Order Completed","p":"01890000-0000-7000-8000-000000000001","o":1767225599000,"a":1767225600000,"u":1767254400000,"m":["0123456789abcdef",1767254400000,1767312000000,"sale","push","autumn"],"q":["webhook:crm","sse:sale"]},{"i":"ffffffffffffffff0123456789abcdef","t":"near","n":1,"c":"no_consent","k":3,"s":"shop-1","p":"01890000-0000-7000-8000-000000000002","o":1767225600000,"a":1767225600000}],"x":{"spend above 100":true}}""";

    [Fact]
    public void A_state_is_read_and_written_as_ever()
    {
        Assert.Equal(State, Kit.Bytes(Kit.Read(State)));
        Assert.Equal("""{"v":1,"p":[]}""", Kit.Bytes(ActivationState.Empty));
        Assert.True(Kit.Read("""{"v":1,"p":[],"new":1}""").IsEmpty);
        Assert.Throws<FormatException>(() => Kit.Read(State.Replace("\"v\":1", "\"v\":2", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_record_is_read_and_written_as_ever()
    {
        var record = DecidedActionsCodec.Read(Encoding.UTF8.GetBytes(Record));
        Assert.Equal(Record, Encoding.UTF8.GetString(DecidedActionsCodec.Write(record)));
        var (deferred, refused) = (record.Decisions[0], record.Decisions[1]);
        Assert.Equal(("sale", 3, "deferred", OccasionKind.Event), (deferred.Trigger, deferred.Version, deferred.Code, deferred.Kind));
        Assert.Equal(new Send(0x0123456789abcdef, 1767254400000, 1767312000000, "sale", "push", "autumn"), deferred.Sent);
        Assert.Equal(["webhook:crm", "sse:sale"], deferred.Queues);
        Assert.Equal((null, null, 0), (refused.Sent, refused.QuietUntilMs, refused.Queues.Count));
        Assert.True(record.Crossings["spend above 100"]);
        Assert.Throws<FormatException>(() => DecidedActionsCodec.Read("""{"v":2,"d":[]}"""u8.ToArray()));
    }

    [Fact]
    public void What_a_record_says_is_what_the_state_knows()
    {
        var state = ActivationState.Empty.With(DecidedActionsCodec.Read(Encoding.UTF8.GetBytes(Record)));
        Assert.Equal(
            """{"v":1,"p":[["01890000-0000-7000-8000-000000000001",1,"ASNFZ4mrze8=",[["0123456789abcdef",1767254400000,1767312000000,"sale","push","autumn"]]],["01890000-0000-7000-8000-000000000002",1,"//////////8=",[]]],"x":{"spend above 100":true}}""",
            Kit.Bytes(state));
    }

    [Fact]
    public void The_numbers_that_are_stored_never_change() =>
        Assert.Equal(["1 Event", "2 Audience", "3 Fence", "4 Computed"], Enum.GetValues<OccasionKind>().Select(k => $"{(int)k} {k}"));

    [Fact]
    public void A_join_does_not_depend_on_order_grouping_or_repetition()
    {
        var (a, b) = (Kit.Read(State), Kit.Read(State.Replace("000000000002", "000000000003", StringComparison.Ordinal)));
        var c = Kit.Read("""{"v":1,"p":[["01890000-0000-7000-8000-000000000001",4,"",[]]]}""");
        var whole = Kit.Bytes(ActivationState.Join(ActivationState.Join(a, b), c));
        Assert.Equal(whole, Kit.Bytes(ActivationState.Join(c, ActivationState.Join(b, a))));
        Assert.Equal(whole, Kit.Bytes(ActivationState.Join(ActivationState.Join(Kit.Read(whole), a), Kit.Read(whole))));
        Assert.Equal(3, Kit.Read(whole).Parts.Length);
        Assert.Equal(4, Kit.Read(whole).Parts[0].Count);
        Assert.Equal(Make.Stream(3), Assert.Single(Kit.Read(whole).Only([Make.Stream(3)]).Parts).Stream);
    }
}
