using System.Buffers;
using System.Text;
using System.Text.Json;
using Cdp.Core.Audiences.Consent;
using Cdp.Core.Events;
using Cdp.Core.Tests.Profiles;
using Cdp.Testing;
using FsCheck;
using FsCheck.Fluent;
using Xunit.Abstractions;

namespace Cdp.Core.Tests.Audiences;

/// <summary>Consent within a part, between parts, and out of events.</summary>
public sealed class ConsentTests(ITestOutputHelper output)
{
    private static readonly PartsJoined[] Merged = [new(Make.Stream(0), Make.Stream(1), At(30))];

    /// <summary>Something said through a part, or a merge of two parts when <paramref name="Other"/> is one.</summary>
    public sealed record Said(int Part, int At, bool Yes, int? Other);

    [Theory]
    [InlineData(ConsentState.Unset)]
    [InlineData(ConsentState.Granted, "0 granted 10")]
    [InlineData(ConsentState.Granted, "0 denied 10", "0 granted 20")]
    [InlineData(ConsentState.Denied, "0 granted 20", "0 denied 20")]
    [InlineData(ConsentState.Unset, "0 denied 10", "0 unset 20")]
    [InlineData(ConsentState.Denied, "0 granted 25", "1 denied 10")]
    [InlineData(ConsentState.Denied, "0 granted 30", "1 denied 10")]
    [InlineData(ConsentState.Granted, "0 granted 31", "1 denied 10")]
    [InlineData(ConsentState.Granted, "1 denied 10", "1 granted 11", "0 granted 5")]
    [InlineData(ConsentState.Denied, "0 granted 40", "1 denied 50")]
    [InlineData(ConsentState.Granted, "0 granted 60", "1 denied 50")]
    [InlineData(ConsentState.Denied, "1 denied 10", "0 unset 40")]
    [InlineData(ConsentState.Unset, "1 granted 10", "0 unset 40")]
    public void A_denial_counts_until_a_grant_after_the_merge(ConsentState wanted, params string[] said)
    {
        foreach (var order in new[] { said, [.. said.Reverse()] })
        {
            var parts = Parts(order.Select(s => s.Split(' ')).Select(s => (int.Parse(s[0]), int.Parse(s[2]), s[1], (string?)null)));
            Assert.Equal(wanted, new ConsentView(parts, Merged).Of("marketing", null).State);
            Assert.Equal(wanted, new ConsentView([.. parts.Reverse()], Merged).Of("marketing", "email").State);
        }
    }

    [Fact]
    public void The_channel_and_the_whole_purpose_are_taken_together_and_the_newest_counts()
    {
        var view = new ConsentView(Parts([(0, 10, "granted", "email"), (0, 20, "denied", null), (0, 30, "granted", "sms")]), []);
        Assert.Equal(ConsentState.Denied, view.Of("marketing", "email").State);
        Assert.Equal(ConsentState.Granted, view.Of("marketing", "sms").State);
        Assert.Equal(ConsentState.Denied, view.Of("marketing", null).State);
        Assert.Equal(ConsentState.Denied, view.Of("marketing", "push").State);
        Assert.Equal(ConsentState.Unset, view.Of("analytics", null).State);
    }

    [Fact]
    public void Parts_that_no_merge_joins_keep_their_denial() =>
        Assert.Equal(ConsentState.Denied, new ConsentView(Parts([(0, 10, "denied", null), (1, 99, "granted", null)]), []).Of("marketing", null).State);

    [Fact]
    public void What_counts_is_what_a_clerk_would_have_written_down_in_the_order_of_time()
    {
        var statement = from part in Gen.Choose(0, 3) from at in Gen.Choose(0, 20) from yes in Gen.Choose(0, 1)
                        from other in Gen.Choose(-9, 3) select new Said(part, at, yes == 1, other < 0 || other == part ? null : other);
        Prop.ForAll(statement.ArrayOf().ToArbitrary(), all =>
        {
            // Two merges of the same groups are one, and everybody has to be one in the end.
            Said[] merges = [.. all.Where(s => s.Other is not null), .. Enumerable.Range(1, 3).Select(i => new Said(0, 21, true, i))];
            Said[] said = [.. all.Where(s => s.Other is null)];
            var parts = Parts(said.Select(s => (s.Part, s.At, s.Yes ? "granted" : "denied", (string?)null)));
            var joins = merges.Select(m => new PartsJoined(Make.Stream(m.Part), Make.Stream(m.Other!.Value), At(m.At))).ToArray();
            var view = new ConsentView([.. parts.Reverse()], [.. joins.Reverse()]);
            return view.Of("marketing", null).State == Clerk(said, merges) && view.StateOf("marketing", "sms") == view.Of("marketing", null).State;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(5_000).WithReplay((ulong)Seeds.Next(output), 1));
    }

    [Fact]
    public void Events_of_ours_and_of_Segment_are_read()
    {
        var own = Make.Event(1, "m1", ""","n":"Consent Updated","properties":{"consents":[{"purpose":"Marketing","channel":"email","state":"granted","proof":"box 3"},{"purpose":"analytics","state":"denied"},{"purpose":"x","state":"maybe"},{"purpose":"y","channel":"","state":"granted"},{"purpose":"y","channel":null,"state":"unset"}]}""");
        Assert.Equal(
            [("marketing", "email", ConsentState.Granted, "box 3"), ("analytics", null, ConsentState.Denied, null), ("y", null, ConsentState.Unset, null)],
            ConsentEvents.Read(own).Select(r => (r.Purpose, r.Channel, r.State, r.Proof)));
        var segment = Make.Event(2, "m2", ""","n":"Segment Consent Preference Updated","context":{"consent":{"categoryPreferences":{"Advertising Cookies":true,"C0002":false,"odd":1}}}""");
        Assert.Equal(
            [("advertising-cookies", ConsentState.Granted), ("c0002", ConsentState.Denied)], ConsentEvents.Read(segment).Select(r => (r.Purpose, r.State)));
        Assert.Equal(["marketing", "analytics", "y", "advertising-cookies", "c0002"], ConsentEvents.History([segment, own]).Select(r => r.Purpose));
        Assert.Empty(ConsentEvents.Read(Make.Named(3, "m3", "Viewed")));
    }

    [Fact]
    public void A_register_is_read_back_to_the_byte_and_takes_no_more_than_its_bound()
    {
        var register = new ConsentRegister();
        for (var i = 0; i < 2 * ConsentRegister.MaxEntries; i++) register.Fold(Statement(i, $"p{i}", "granted", i % 2 == 0 ? "email" : null));
        Assert.Equal(ConsentRegister.MaxEntries, register.Count);
        Assert.True(register.Fold(Statement(500, "p3", "denied", null)));
        Assert.False(register.Fold(Statement(499, "p3", "granted", null)));
        var bytes = Bytes(register.Write);
        using var document = JsonDocument.Parse(bytes);
        Assert.Equal(bytes, Bytes(ConsentRegister.Read(document.RootElement).Write));
    }

    [Fact]
    public void The_answer_shows_purposes_with_their_channels()
    {
        var view = new ConsentView(Parts([(0, 0, "granted", "email"), (1, 1_000, "denied", null)]), Merged);
        Assert.Equal(
            """{"marketing":{"state":"denied","at":"2026-01-01T00:00:01Z","source":"web","channels":{"email":{"state":"denied","at":"2026-01-01T00:00:01Z","source":"web"}}}}""",
            Bytes(json => ConsentJson.Write(json, view)));
    }

    /// <summary>Goes through time, and keeps one word for each group: a merge of a yes and a no is a no, and then the newest counts.</summary>
    private static ConsentState Clerk(Said[] said, Said[] merges)
    {
        int[] group = [0, 1, 2, 3];
        var word = new ConsentState[4];
        foreach (var s in said.Concat(merges).OrderBy(s => s.At).ThenBy(s => s.Other is not null ? 1 : s.Yes ? 0 : 2))
        {
            if (s.Other is { } other)
            {
                var (left, right) = (group[s.Part], group[other]);
                if (left == right) continue;
                word[left] = (ConsentState)Math.Max((int)word[left], (int)word[right]);
                group = [.. group.Select(g => g == right ? left : g)];
            }
            else
            {
                word[group[s.Part]] = s.Yes ? ConsentState.Granted : ConsentState.Denied;
            }
        }

        return word[group[0]];
    }

    private static long At(int ms) => Make.Start + ms;

    private static CustomerEvent Statement(int at, string purpose, string state, string? channel) => Make.Event(
        at, $"m{at}", $$""","n":"Consent Updated","properties":{"purpose":"{{purpose}}","channel":{{(channel is null ? "null" : $"\"{channel}\"")}},"state":"{{state}}"}""");

    private static ConsentPart[] Parts(IEnumerable<(int Part, int At, string State, string? Channel)> said)
    {
        ConsentPart[] parts = [.. Enumerable.Range(0, 4).Select(i => new ConsentPart(Make.Stream(i), new()))];
        foreach (var (part, at, state, channel) in said) parts[part].Register.Fold(Statement(at, "marketing", state, channel));
        return parts;
    }

    private static string Bytes(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer)) write(json);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
