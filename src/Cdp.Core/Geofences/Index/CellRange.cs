using System.Numerics;
using Cdp.Core.Geofences.Geometry;

namespace Cdp.Core.Geofences.Index;

/// <summary>
/// The cells of one size that a box lies in. Cells are squares of longitude and latitude, 360° / 2^(32 - level) wide; a fence is in the cells of the smallest size
/// that is at least its own, and so in four at most, one wider than 45° in a cell that is the whole earth.
/// </summary>
/// <param name="Level">The logarithm of the width, 10 (9.5 m at the equator) to 29 (45°), or <see cref="Earth"/>.</param>
/// <param name="MinX">The western column.</param>
/// <param name="Columns">How many columns to the east of it.</param>
/// <param name="MinY">The southern row.</param>
/// <param name="MaxY">The northern row.</param>
internal readonly record struct CellRange(int Level, uint MinX, uint Columns, uint MinY, uint MaxY)
{
    public const int MinLevel = 10;
    public const int Earth = 32;

    /// <summary>The one for the fences of no other size.</summary>
    private const int MaxLevel = 29;

    /// <summary>Of the size that suits the box.</summary>
    public static CellRange Of(in GeoBounds bounds)
    {
        var size = Math.Max(bounds.Width, bounds.MaxY - bounds.MinY);
        var level = Math.Max(MinLevel, 32 - BitOperations.LeadingZeroCount(size));
        return level > MaxLevel ? new(Earth, 0, 0, 0, 0) : At(level, bounds);
    }

    /// <summary>Of a given size.</summary>
    public static CellRange At(int level, in GeoBounds bounds)
    {
        if (level == Earth) return new(Earth, 0, 0, 0, 0);
        var (minX, all) = (bounds.MinX >> level, uint.MaxValue >> level);
        var columns = bounds.Width >= uint.MaxValue - (1u << level) ? all : unchecked((bounds.MaxX >> level) - minX) & all;
        return new(level, minX, columns, bounds.MinY >> level, bounds.MaxY >> level);
    }

    /// <summary>How many cells these are.</summary>
    public ulong Cells => (Columns + 1UL) * (MaxY - MinY + 1UL);

    /// <summary>Whether it goes all the way round the earth.</summary>
    public bool IsRound => Level != Earth && Columns == uint.MaxValue >> Level;

    /// <summary>A column counted from the western one, around the earth.</summary>
    public uint Column(uint i) => Level == Earth ? 0 : unchecked(MinX + i) & (uint.MaxValue >> Level);

    public static ulong Key(int level, uint x, uint y) => Mix(((ulong)level << 58) ^ ((ulong)y << 29) ^ x);

    // The finalizer of MurmurHash3: one to one, so that two cells never have one key.
    public static ulong Mix(ulong key)
    {
        key = (key ^ (key >> 33)) * 0xff51afd7ed558ccd;
        key = (key ^ (key >> 33)) * 0xc4ceb9fe1a85ec53;
        return key ^ (key >> 33);
    }
}
