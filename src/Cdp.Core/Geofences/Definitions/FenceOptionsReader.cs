using System.Text.Json;
using Cdp.Core.Audiences.Definitions;

namespace Cdp.Core.Geofences.Definitions;

/// <summary>Reads <see cref="FenceOptions"/>.</summary>
internal static class FenceOptionsReader
{
    public static readonly string[] Members =
    [
        "events", "dwellSeconds", "confirmFixes", "confirmSeconds", "exitBufferMeters", "maxAccuracyMeters", "accuracyCapMeters", "maxSpeedMps", "crossGapSeconds",
        "cooldownSeconds", "singleUse", "emitInitial", "silenceSeconds", "exitOnSilence",
    ];

    public static readonly string[] Kinds = ["enter", "exit", "dwell", "cross"];

    public static FenceOptions Read(Node node)
    {
        var d = FenceOptions.Default;
        const int Month = 2_592_000;
        var (enterFixes, exitFixes) = ReadFixes(node.Member("confirmFixes"), d);
        var options = new FenceOptions
        {
            Events = node.Member("events") is { } events ? ReadEvents(events) : d.Events,
            DwellSeconds = node.Member("dwellSeconds")?.Whole(1, Month),
            EnterFixes = enterFixes,
            ExitFixes = exitFixes,
            ConfirmSeconds = node.Member("confirmSeconds")?.Whole(0, 3_600) ?? d.ConfirmSeconds,
            ExitBufferMeters = (double?)node.Member("exitBufferMeters")?.Number(0, 100_000),
            MaxAccuracyMeters = (double?)node.Member("maxAccuracyMeters")?.Number(1, 100_000),
            AccuracyCapMeters = (double?)node.Member("accuracyCapMeters")?.Number(0, 10_000) ?? d.AccuracyCapMeters,
            MaxSpeedMps = (double?)node.Member("maxSpeedMps")?.Number(1, 10_000) ?? d.MaxSpeedMps,
            CrossGapSeconds = node.Member("crossGapSeconds")?.Whole(1, 3_600) ?? d.CrossGapSeconds,
            CooldownSeconds = node.Member("cooldownSeconds")?.Whole(0, Month) ?? d.CooldownSeconds,
            SingleUse = ReadFlag(node.Member("singleUse"), d.SingleUse),
            EmitInitial = ReadFlag(node.Member("emitInitial"), d.EmitInitial),
            SilenceSeconds = node.Member("silenceSeconds")?.Whole(60, Month) ?? d.SilenceSeconds,
            ExitOnSilence = ReadFlag(node.Member("exitOnSilence"), d.ExitOnSilence),
        };
        if ((options.Events & FenceEvents.Dwell) != 0 && !node.Has("dwellSeconds")) node.Required("dwellSeconds", "seconds, because dwell is among the events");

        // A million fences with nothing of their own share one object.
        return options == d ? d : options;
    }

    private static FenceEvents ReadEvents(Node node)
    {
        var events = FenceEvents.None;
        foreach (var item in node.Items(1, Kinds.Length))
        {
            if (item.Word(Kinds) is >= 0 and var kind) events |= (FenceEvents)(1 << kind);
        }

        return events;
    }

    private static (int Enter, int Exit) ReadFixes(Node? member, FenceOptions d)
    {
        if (member is not { } node) return (d.EnterFixes, d.ExitFixes);
        if (node.Element.ValueKind == JsonValueKind.Number) return node.Whole(1, 10) is { } both ? (both, both) : (d.EnterFixes, d.ExitFixes);
        return node.IsObject("enter", "exit") ? (node.Member("enter")?.Whole(1, 10) ?? d.EnterFixes, node.Member("exit")?.Whole(1, 10) ?? d.ExitFixes) : (d.EnterFixes, d.ExitFixes);
    }

    private static bool ReadFlag(Node? member, bool otherwise)
    {
        if (member is not { } node) return otherwise;
        if (node.Element.ValueKind is JsonValueKind.True or JsonValueKind.False) return node.Element.GetBoolean();
        node.Note(ProblemCodes.WrongType, "true or false");
        return otherwise;
    }
}
