using Cdp.Core.Activation;
using Cdp.Core.Activation.State;
using Cdp.Core.Tests.Profiles;

namespace Cdp.Core.Tests.Activation.Model;

/// <summary>A customer with the state under test beside the model's own memory: everything that was ever decided, by stream.</summary>
internal sealed class ModelPerson(SortedSet<int> streams)
{
    public SortedSet<int> Streams => streams;

    public ActivationState State { get; set; } = ActivationState.Empty;

    public Profile Profile { get; } = new();

    public ModelZone Zone { get; set; } = ModelZone.All[0];

    public bool IsPro { get; set; }

    public ActivationFacts Facts(int survivor)
    {
        Profile.Traits["plan"] = IsPro ? "\"pro\"" : "\"free\"";
        Profile.Traits["timezone"] = $"\"{Zone.Name}\"";
        return new(Profile, Make.Stream(survivor), [.. streams.Select(Make.Stream)], []);
    }
}

/// <summary>A send as the model remembers it, for ever.</summary>
internal sealed record ModelSend(int Stream, string DecisionId, long AtMs, ModelTrigger Trigger);
