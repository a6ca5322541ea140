using System.Globalization;

namespace Cdp.Core.Tests.Activation.Model;

/// <summary>A trigger as a model sees it, and its JSON.</summary>
internal sealed record ModelTrigger(
    string Id, string Event, string? Channel, string? Message, bool NeedsConsent, bool NeedsPro, ModelQuiet? Quiet, bool Defers,
    (int Max, int Hours)? Cap, int CooldownHours, int OtherChannelHours, double Holdout, bool IsPaused)
{
    public static ModelTrigger Any(Random random, int number)
    {
        var (channel, message) = (random.Next(4) == 0 ? null : random.Next(2) == 0 ? "push" : "email", random.Next(3) == 0 ? null : "sale");
        return new(
            $"t{number}", random.Next(2) == 0 ? "A" : "B", channel, message, random.Next(3) == 0, random.Next(4) == 0,
            random.Next(3) == 0 ? ModelQuiet.Any(random) : null, random.Next(2) == 0,
            random.Next(2) == 0 ? (random.Next(1, 4), random.Next(1, 49)) : null,
            random.Next(3) == 0 ? random.Next(1, 25) : 0,
            channel is not null && message is not null && random.Next(2) == 0 ? random.Next(1, 13) : 0,
            random.Next(4) == 0 ? 0.5 : 0,
            random.Next(12) == 0);
    }

    public string Json()
    {
        List<string> conditions = [], members = [];
        if (NeedsConsent) conditions.Add("\"consent\":{\"purpose\":\"marketing\"}");
        if (NeedsPro) conditions.Add("\"rule\":{\"trait\":\"plan\",\"op\":\"eq\",\"value\":\"pro\"}");
        if (Quiet is not null) conditions.Add("\"quietHours\":" + Quiet.Json("UTC", Defers ? "defer" : "skip"));
        if (Cap is { } cap) conditions.Add($$"""
            "caps":[{"max":{{cap.Max}},"within":"{{cap.Hours}}h"}]
            """);
        if (CooldownHours > 0) conditions.Add($"\"cooldown\":\"{CooldownHours}h\"");
        if (OtherChannelHours > 0) conditions.Add($"\"notOverTwoChannelsWithin\":\"{OtherChannelHours}h\"");
        if (Holdout > 0) conditions.Add("\"holdout\":{\"share\":" + Holdout.ToString(CultureInfo.InvariantCulture) + "}");
        if (Channel is not null) members.Add($",\"channel\":\"{Channel}\"");
        if (Message is not null) members.Add($",\"message\":\"{Message}\"");
        if (IsPaused) members.Add(",\"paused\":true");
        return Kit.OnEvent(Event, "{" + string.Join(',', conditions) + "}", string.Concat(members), Id);
    }
}
