using System.Numerics;

namespace Cdp.Core.Geofences.Index;

/// <summary>
/// A map from 64-bit keys that are as good as random, which never changes: a change makes a new one that shares all but the path to the key (a trie of 64-way
/// nodes, each with a bit per occupied place). About four steps for a million keys.
/// </summary>
/// <typeparam name="T">The values.</typeparam>
internal sealed class PersistentMap<T>
    where T : class
{
    private const int Bits = 6;

    private readonly Node _root;

    private PersistentMap(Node root) => _root = root;

    public static PersistentMap<T> Empty { get; } = new(new(null));

    public T? Find(ulong key)
    {
        var node = _root;
        for (var shift = 0; ; shift += Bits)
        {
            var bit = 1UL << (int)(key >> shift & 63);
            if ((node.Occupied & bit) == 0) return null;
            var place = node.Places[node.At(bit)];
            if (place is Node inner) node = inner;
            else return (Leaf)place is { } leaf && leaf.Key == key ? leaf.Value : null;
        }
    }

    /// <summary>All values, in an order of no meaning that stays the same for the same map.</summary>
    public IEnumerable<T> Values => ValuesOf(_root);

    private static IEnumerable<T> ValuesOf(Node node)
    {
        foreach (var place in node.Places)
        {
            if (place is Leaf leaf)
            {
                yield return leaf.Value;
                continue;
            }

            foreach (var value in ValuesOf((Node)place)) yield return value;
        }
    }

    /// <summary>Starts a series of changes; this map stays as it is.</summary>
    public Builder ToBuilder() => new(_root);

    /// <summary>A series of changes, by one thread. What it made itself it changes in place.</summary>
    public sealed class Builder
    {
        private object _owner = new();
        private Node _root;

        internal Builder(Node root) => _root = root;

        public T? Find(ulong key) => new PersistentMap<T>(_root).Find(key);

        /// <summary>Sets a key; null takes it out.</summary>
        public void Set(ulong key, T? value) => _root = Set(_root, 0, key, value);

        /// <summary>The map as it is now.</summary>
        public PersistentMap<T> ToMap()
        {
            // From here on no node is this builder's own.
            _owner = new();
            return new(_root);
        }

        private Node Set(Node node, int shift, ulong key, T? value)
        {
            var bit = 1UL << (int)(key >> shift & 63);
            if ((node.Occupied & bit) == 0) return value is null ? node : Own(node).Insert(bit, new Leaf(key, value));
            var at = node.At(bit);
            object? changed = node.Places[at] switch
            {
                Node inner => Set(inner, shift + Bits, key, value) is var next && next.Occupied == 0 ? null : next,
                Leaf leaf when leaf.Key == key => value is null ? null : new Leaf(key, value),
                Leaf leaf => value is null ? leaf : Set(new Node(_owner).Insert(1UL << (int)(leaf.Key >> (shift + Bits) & 63), leaf), shift + Bits, key, value),
                _ => throw new InvalidOperationException("A place of a map holds a node or a value."),
            };
            if (changed == node.Places[at]) return node;
            return changed is null ? Own(node).Remove(bit) : Own(node).Replace(at, changed);
        }

        private Node Own(Node node) => node.Owner == _owner ? node : node.CopyFor(_owner);
    }

    private sealed class Leaf(ulong key, T value)
    {
        public ulong Key => key;

        public T Value => value;
    }

    internal sealed class Node(object? owner)
    {
        public object? Owner => owner;

        public ulong Occupied { get; private set; }

        public object[] Places { get; private set; } = [];

        public int At(ulong bit) => BitOperations.PopCount(Occupied & (bit - 1));

        public Node CopyFor(object newOwner) => new(newOwner) { Occupied = Occupied, Places = [.. Places] };

        public Node Replace(int at, object place)
        {
            Places[at] = place;
            return this;
        }

        public Node Insert(ulong bit, object place)
        {
            var at = At(bit);
            Places = [.. Places.AsSpan(..at), place, .. Places.AsSpan(at..)];
            Occupied |= bit;
            return this;
        }

        public Node Remove(ulong bit)
        {
            var at = At(bit);
            Places = [.. Places.AsSpan(..at), .. Places.AsSpan((at + 1)..)];
            Occupied &= ~bit;
            return this;
        }
    }
}
