namespace Cdp.Simulation.Scheduling;

/// <summary>Something that can be lost: a silo, or an actor within one. What was to happen to it then never happens.</summary>
/// <param name="name">For the story.</param>
/// <param name="within">The life that ends it too.</param>
internal sealed class Life(string name, Life? within = null)
{
    /// <summary>A life that never ends: the network's, the store's, a client's.</summary>
    public static readonly Life Endless = new("");

    private bool _isOver;
    private List<Action>? _losses;

    public string Name => name;

    public bool IsOver => _isOver || within?.IsOver == true;

    /// <summary>Has <paramref name="loss"/> called when this life, or the one around it, ends. Whoever is over by then calls at once.</summary>
    public void WhenLost(Action loss)
    {
        (_losses ??= []).Add(loss);
        within?.WhenLost(loss);
    }

    public void End()
    {
        if (_isOver) return;
        _isOver = true;
        if (_losses is not { } losses) return;
        _losses = null;
        foreach (var loss in losses) loss();
    }
}
