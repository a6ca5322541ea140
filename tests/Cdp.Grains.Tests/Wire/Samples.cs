using System.Text;
using Cdp.Client;
using Cdp.Client.Messages;
using Cdp.Core.Actors;
using Cdp.Core.Events;
using Cdp.Core.Grid;
using Cdp.Core.Identity;
using Cdp.Core.Journal;
using Cdp.Core.Profiles;
using Cdp.Core.Traits;
using Cdp.Grains.Tests.Support;
using Cdp.Silo.Members;

namespace Cdp.Grains.Tests.Wire;

/// <summary>One value of every type that crosses a silo's border, with every field set to something that is not its default.</summary>
internal static class Samples
{
    /// <summary>Stands in every text that could be personal data.</summary>
    public const string Secret = "jo@secret.example";

    private static readonly CustomerId s_first = new(Guid.Parse("0190a000-0000-7000-8000-000000000001"));
    private static readonly CustomerId s_second = new(Guid.Parse("0190a000-0000-7000-8000-000000000002"));
    private static readonly Identifier s_email = new("email", Secret);
    private static readonly Reason s_reason = new(ReasonCodes.KeptByOwner, s_email.Ref, "Owned by another profile.");
    private static readonly OwnedIdentifier s_owned = new(s_email, 1_700_000_000_002, 1_700_000_000_003);
    private static readonly CustomerFacts s_facts = new(s_first, 7, 1_700_000_000_000, new Dictionary<string, int> { ["email"] = 2, ["user_id"] = 1 }, 3)
    {
        Identifiers = [s_owned],
        Listed = [s_email],
        IsThird = true,
        WasIdentified = true,
        HasSeen = true,
        Absorbed = [s_second],
        NeverMergeWith = [s_first, s_second],
    };
    private static readonly HoldToken s_token = new(Guid.Parse("0190a000-0000-7000-8000-00000000000a"));
    private static readonly JournalRow s_row = new(s_second, 8, RecordKind.MergedInto, 1_700_000_000_001, Bytes("""{"v":1}"""));
    private static readonly EventOutcome s_outcome = new("m1", EventStatus.Duplicate, s_first, [s_reason, new(ReasonCodes.Linked)]);
    private static readonly IdentityPlan s_plan = new(s_first, [s_second], [new(StepKind.Share, s_email, ReasonCodes.Shared, s_second, s_first), new(StepKind.Refuse, s_email, ReasonCodes.LateLink)]);

    private static readonly CustomerEvent s_event = GridExtensions.Event(
        $$$"""{"type":"identify","userId":"u1","anonymousId":"","traits":{"email":"{{{Secret}}}","name":"Jo Ø"},"context":{"page":{"url":"https://shop.example/?utm_source=x"}},"messageId":"m9"}""", 5);

    private static readonly WrittenRules s_rules = WrittenRules.Read("""{"email":["sourcePriority",1,"till"]}"""u8.ToArray());

    public static IReadOnlyList<object> All { get; } =
    [
        s_first,
        s_email,
        s_owned,
        s_facts,
        s_reason,
        s_plan,
        s_plan.Steps[0],
        new Candidate(s_email, s_facts, 5, true, true),
        s_event,
        s_outcome,
        s_row,
        s_token,
        new PatchedRecord(new Origin(5, 2, "m1", "till"), Bytes($$"""{"email":"{{Secret}}"}""")) { Rules = s_rules },
        new EraseCounts(1, 2, 3),
        new Via(s_email, 7, s_second),
        new ApplyRequest([s_event], new(s_email, 7, s_second)),
        new ApplyReply(CallStatus.NeedsResolution, [s_outcome], s_second, [s_row]),
        new ResolveRequest(s_event, [new(s_email, s_facts, 5, true, true)], s_plan, [new(s_email, 9)], s_token, [[1, 2], [3]]),
        new DescribeReply(CallStatus.NotMine, s_facts, s_second),
        new HoldReply(CallStatus.Busy, [1, 2, 3], s_second),
        new ReleaseRequest(s_token, s_row, true),
        new PatchRequest(new(s_email, 3, s_second), new PatchedRecord(new Origin(5, 2, "m1", "till"), Bytes("{}")) { Rules = s_rules }),
        new SettleReply(CallStatus.Conflict, 7, "by", 9, s_second),
        new FixMessage(Secret, 59.9, 10.7, 5, 8.5, 1.5, 90),
        new MoveRequest(new(s_email, 3, s_second), [new FixMessage(Secret, 59.9, 10.7, 5, 8.5, 1.5, 90)]),
        new TransitionMessage(1, "t", 2, "shop", 3, Secret, 4, 5.5, true, true),
        new MoveReply(CallStatus.Conflict, s_first, [1, 2], [new TransitionMessage(1, "t", 2, "shop", 3, Secret, 4, 5.5, true, true)], s_second),
        new DecideRequest($"email:{Secret}", 59.9, 10.7),
        new ProfileAt(new Profile(s_first, 3, $"{s_first}-3", Bytes($$"""{"id":"{{Secret}}"}""")), [new("shop", 3, ["shops"])]),
        new FenceAround("shop", 3, ["shops"]),
        new DecideReply(GatewayStatus.InvalidRef, "why", new(new Profile(s_first, 3, $"{s_first}-3", Bytes($$"""{"id":"{{Secret}}"}""")), [new("shop", 3, ["shops"])])),
        new PositionsRequest($"email:{Secret}", [new FixMessage(Secret, 59.9, 10.7, 5, 8.5, 1.5, 90)]),
        new PositionsReply(GatewayStatus.InvalidRef, "why", new MoveReply(CallStatus.Conflict, s_first, [1, 2], [new TransitionMessage(1, "t", 2, "shop", 3, Secret, 4, 5.5, true, true)], s_second)),
        new EraseReply(CallStatus.Conflict, new EraseCounts(1, 2, 3), s_second),
        new MergeRequest(s_token, 7, [1, 2, 3], "support", Secret),
        new MergeReply(CallStatus.Conflict, 9, s_row, s_second),
        new SplitRequest(new(s_email, 3, s_second), $"{s_first}-7", [s_email], true, "support", Secret),
        new SplitReply(CallStatus.NotMine, "not_merged", s_first, s_second, 2, 3, s_first),
        new ReadReply(CallStatus.Overloaded, View(), s_second, true),
        View(),
        new RouteRequest([s_event]),
        new RouteReply([s_outcome]),
        new ProfilesRequest([$"email:{Secret}"]),
        new ProfilesReply(GatewayStatus.InvalidRef, "why", [new Profile(s_first, 3, $"{s_first}-3", Bytes($$"""{"id":"{{Secret}}"}""")), null]),
        new Profile(s_first, 3, $"{s_first}-3", Bytes($$"""{"id":"{{Secret}}"}""")),
        new IngestRequest([Bytes($$"""{"userId":"{{Secret}}"}""")], "till", 3, true, true),
        new IngestReply(GatewayStatus.Overloaded, "why", [s_outcome]),
        new SiloReport("0.1.0", 4, 5),
    ];

    private static ReadOnlyMemory<byte> Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private static ViewMessage View() => new(s_first, 3, $"{s_first}-3", Encoding.UTF8.GetBytes($$"""{"identifiers":["{{Secret}}"]}"""), [s_first, s_second], [s_email], 15, 20);
}
