namespace Cdp.Grains;

/// <summary>Whether this silo still knows itself to be a member of the cluster.</summary>
public interface ISiloStanding
{
    /// <summary>True while the others cannot have declared it dead without its knowledge. Cheap.</summary>
    bool IsConfirmed { get; }
}

/// <summary>The standing of a silo whose membership is kept in its own memory.</summary>
internal sealed class AloneStanding : ISiloStanding
{
    public bool IsConfirmed => true;
}
